import { OwnLoad } from "../clients/own-load.js";
import { SessionLostError } from "../clients/plain-session.js";
import type { Measured, Stage } from "../measured.js";

/** All sessions want to be there at once; each is waited for. */
export function measureConnectionStorm(stage: Stage): Promise<Measured> {
	const { sessions = 1000 } = stage.parameters;
	const own = new OwnLoad(stage, "create");
	return own.within(async () => {
		own.begin();
		await Promise.all(Array.from({ length: sessions }, (_, at) => connect(at)));
		const { load, metered } = own.end();
		return { load, metered, figures: { allConnectedMs: load.measuredMs } };
	});

	async function connect(at: number): Promise<void> {
		const sinceMs = performance.now();
		try {
			await own.open(at);
			own.answered(sinceMs);
		} catch (error) {
			if (!(error instanceof SessionLostError)) throw error;
			own.breaches.add("refused", () => `a session was not taken: ${error.message}`);
		}
	}
}
