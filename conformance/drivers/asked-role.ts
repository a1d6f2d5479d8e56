import type { Address } from "../client/connection.js";
import type { MemberRole } from "./ensemble-driver.js";
import { fourLetterWord } from "./four-letter-word.js";

/** How `srvr` and `mntr` call the roles. */
const roles: Readonly<Record<string, MemberRole>> = {
	leader: "leader",
	follower: "follower",
	observer: "observer",
	"read-only": "readOnly",
	standalone: "standalone",
};

/** What this server says that it serves as; undefined when it does not answer, serves nobody, or may not say. */
export async function askedRole(address: Address): Promise<MemberRole | undefined> {
	const said = await fourLetterWord(address, "srvr");
	if (!said.includes("not in the whitelist")) return roles[/^Mode: (\S+)$/m.exec(said)?.[1] ?? ""];
	const also = await fourLetterWord(address, "mntr");
	return roles[/^zk_server_state\t(\S+)$/m.exec(also)?.[1] ?? ""];
}
