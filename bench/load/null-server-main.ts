import { NullServer } from "./null-server.js";
import type { NullPlan } from "./null-server-process.js";
import { Values } from "./values.js";

/** A null server as a process of its own: told a plan, it says its port. */
process.once("message", async ({ values, seed, keys }: NullPlan) => {
	const server = new NullServer(new Values(values, seed), keys.count);
	process.send?.({ port: await server.listen() });
});
process.on("disconnect", () => process.exit());
