import type { History } from "../history/history.js";

/** As ZooKeeper prints it. */
export function zxidText(zxid: number): string {
	return `0x${zxid.toString(16)}`;
}

/** As ZooKeeper prints it. */
export function sessionText(session: bigint): string {
	return `0x${BigInt.asUintN(64, session).toString(16)}`;
}

/** With a capital letter. */
export function sentence(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A call for people, such as `client 3's setData of /r/a`. */
export function callText({ calls, connections }: History, call: number): string {
	const operation = calls.operationOf(call);
	const client = connections[calls.connection.get(call)]?.client ?? "?";
	return `client ${client}'s ${operation.op}${"path" in operation ? ` of ${operation.path}` : ""}`;
}
