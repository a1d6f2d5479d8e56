/** As ZooKeeper prints it. */
export function zxidText(zxid: number): string {
	return `0x${zxid.toString(16)}`;
}

/** As ZooKeeper prints it. */
export function sessionText(session: bigint): string {
	return `0x${BigInt.asUintN(64, session).toString(16)}`;
}
