import type { Address } from "../client/connection.js";
import type { MemberRole } from "./ensemble-driver.js";
import { fourLetterWord } from "./four-letter-word.js";
import { givesSessions } from "./knock.js";

/** How `srvr` and `mntr` call the roles. */
const roles: Readonly<Record<string, MemberRole>> = {
	leader: "leader",
	follower: "follower",
	observer: "observer",
	"read-only": "readOnly",
	standalone: "standalone",
};

const isSecret = (said: string): boolean => said.includes("not in the whitelist");

/** Whether this server serves clients that write, and as what, when it says that. */
export interface Service {
	readonly serves: boolean;
	readonly role: MemberRole | undefined;
}

/** What this server says that it serves as; undefined when it does not answer, serves nobody, or may not say. */
export async function askedRole(address: Address): Promise<MemberRole | undefined> {
	const role = await toldRole(address);
	return role === "secret" ? undefined : role;
}

/** Opens a session, and closes it, when that is the only way to know. */
export async function askedService(address: Address): Promise<Service> {
	const role = await toldRole(address);
	if (role === "secret") return { serves: await givesSessions(address), role: undefined };
	return { serves: role !== undefined && role !== "readOnly", role };
}

async function toldRole(address: Address): Promise<MemberRole | "secret" | undefined> {
	const said = await fourLetterWord(address, "srvr");
	if (!isSecret(said)) return roles[/^Mode: (\S+)$/m.exec(said)?.[1] ?? ""];
	const also = await fourLetterWord(address, "mntr");
	return isSecret(also) ? "secret" : roles[/^zk_server_state\t(\S+)$/m.exec(also)?.[1] ?? ""];
}
