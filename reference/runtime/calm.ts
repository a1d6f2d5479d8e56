/** Of one core. */
const calmShare = 0.15;
/** What comes in bursts is not taken for calm in between. */
const calmChecks = 5;

/** Tells a server that has had little to do for a while from one that works; a single busy check ends the calm. */
export class Calm {
	#checks = 0;

	/**
	 * @param busyShare processor time since the last check over the time that has passed
	 * @returns whether it is calm now
	 */
	check(busyShare: number): boolean {
		this.#checks = busyShare < calmShare ? this.#checks + 1 : 0;
		return this.#checks >= calmChecks;
	}
}

/** Asks for the share of one core that all threads together took since it was asked before. */
export function busyShares(): () => number {
	let cpu = process.cpuUsage();
	let atMs = performance.now();
	return () => {
		const { user, system } = process.cpuUsage(cpu);
		const elapsedMs = performance.now() - atMs;
		cpu = { user: cpu.user + user, system: cpu.system + system };
		atMs += elapsedMs;
		return (user + system) / 1000 / elapsedMs;
	};
}
