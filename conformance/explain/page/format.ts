/** As ZooKeeper's own logs print it. */
export function formatZxid(zxid: number): string {
	return zxid < 0 ? String(zxid) : `0x${zxid.toString(16)}`;
}

export function formatTime(atUs: number): string {
	return `${(atUs / 1e6).toFixed(6)} s`;
}

export function formatDuration(us: number): string {
	if (us < 1000) return `${Math.round(us)} µs`;
	return us < 1e6 ? `${(us / 1000).toFixed(us < 1e4 ? 2 : 1)} ms` : `${(us / 1e6).toFixed(2)} s`;
}

/** A time on the axis with as many digits as its step needs. */
export function formatTick(atUs: number, stepUs: number): string {
	const digits = Math.max(0, Math.min(6, Math.ceil(6 - Math.log10(stepUs))));
	return `${(atUs / 1e6).toFixed(digits)} s`;
}

export function formatCount(count: number): string {
	return String(count).replace(/\B(?=(\d{3})+$)/g, " ");
}
