/** As ZooKeeper prints it. */
export function zxidText(zxid: number): string {
	return `0x${zxid.toString(16)}`;
}
