import { Codec } from "../../../conformance/client/codec.js";
import { loadWireSpec } from "../../../spec/load/wire.js";
import { liars } from "./lies.js";
import { SmallServer } from "./small-server.js";

/** `node wrong-server.js drops-writes`: says its address on standard output and ends with its standard input. */
const lies = liars[process.argv[2] ?? "none"];
if (lies === undefined) throw new Error(`there are: ${Object.keys(liars).join(", ")}`);
const server = await SmallServer.start(new Codec(loadWireSpec()), lies());
process.stdout.write(`${server.address.host}:${server.address.port}\n`);
process.stdin.on("end", () => process.exit()).resume();
