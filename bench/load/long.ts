/** A zxid as a number: exact while its epoch is below 2^21. */
export function longAt(view: DataView, at: number): number {
	return view.getInt32(at) * 2 ** 32 + view.getUint32(at + 4);
}

export function describeZxid(zxid: number): string {
	return `0x${zxid.toString(16)}`;
}
