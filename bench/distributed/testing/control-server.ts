import { type BundledServer, startBundled } from "../../../conformance/drivers/bundled.js";
import { Control, type ControlOptions } from "../control.js";

/** A control ZooKeeper for one test file, and sessions with it that end with each test. */
export class ControlServer {
	#server: BundledServer | undefined;
	readonly #open: Control[] = [];

	async start(): Promise<void> {
		this.#server = await startBundled();
	}

	async stop(): Promise<void> {
		await this.#server?.stop();
		this.#server = undefined;
	}

	/** Long enough for a machine that does much else. */
	options(sessionMs = 10_000): ControlOptions {
		if (this.#server === undefined) throw new Error("the control server does not run");
		const { host, port } = this.#server;
		return { servers: [{ host, port }], sessionMs, connectMs: 10_000 };
	}

	async session(sessionMs?: number): Promise<Control> {
		const control = await Control.open(this.options(sessionMs));
		this.#open.push(control);
		return control;
	}

	async endSessions(): Promise<void> {
		for (const control of this.#open.splice(0)) await control.close();
	}
}
