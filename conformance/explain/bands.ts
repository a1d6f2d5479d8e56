import type { HistoryRecord } from "../history/record.js";
import type { SceneBand } from "./page/scene.js";

type Fault = Extract<HistoryRecord, { readonly type: "fault" }>;

/** Faults that mend: what they name is whole again. */
const mending = /\b(start|resum|heal|open|free|join|mend|restor|undo|undid|back|end)/i;
/** Over at once: nothing stays broken. */
const momentary = /\b(cut)\b/i;

/** From which time on each server is broken, and by what, as the texts of faults tell. */
export class Bands {
	readonly all: SceneBand[] = [];
	readonly #open = new Map<number, { readonly fromUs: number; readonly text: string }>();

	fault({ atUs, servers, text }: Fault): void {
		for (const server of servers) {
			if (momentary.test(text)) continue;
			this.#close(server, atUs);
			if (!mending.test(text)) this.#open.set(server, { fromUs: atUs, text });
		}
	}

	/** Everything is whole again, or the history is over. */
	closeAll(atUs: number): void {
		for (const server of [...this.#open.keys()]) this.#close(server, atUs);
	}

	#close(server: number, toUs: number): void {
		const open = this.#open.get(server);
		this.#open.delete(server);
		if (open !== undefined) this.all.push({ server, fromUs: open.fromUs, toUs, text: open.text });
	}
}
