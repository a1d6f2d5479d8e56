import { type FaultCommand, type FaultCommands, fillIn } from "../../spec/load/faults.js";
import type { Address } from "../client/connection.js";
import { ClientDoors } from "./client-doors.js";
import { type EnsembleDriver, FaultError } from "./ensemble-driver.js";
import { foreignFacts, foreignMembers } from "./external-driver.js";
import type { Hands, Network } from "./hands.js";
import { HurtEnsemble } from "./hurt-ensemble.js";
import { entrust } from "./reaper.js";
import { runShell } from "./shell-command.js";

/**
 * Hurts servers that the user runs, by the user's own commands and by proxies before their client ports.
 * @throws FaultError when the file tells of another number of servers than there are addresses
 */
export async function startCommandsDriver(
	addresses: readonly Address[],
	faults: FaultCommands,
): Promise<EnsembleDriver> {
	if (faults.words.length > 0 && faults.words.length !== addresses.length)
		throw new FaultError(`${faults.file} has ${faults.words.length} servers, the target ${addresses.length} addresses`);
	const members = await foreignMembers(addresses);
	return new HurtEnsemble({
		name: faults.title,
		members,
		facts: { ...(await foreignFacts(members)), ...faults.facts },
		hands: new UserCommands(addresses, faults).hands,
		doors: await ClientDoors.open(members),
	});
}

type Values = Readonly<Record<string, readonly string[]>>;

interface Undoing {
	readonly run: () => Promise<void>;
	/** The reaper would have done it if this process had ended. */
	readonly done: () => void;
}

/** Runs what the user wrote; whatever is to be undone is known before it is done. */
class UserCommands {
	readonly #addresses: readonly Address[];
	readonly #faults: FaultCommands;
	readonly #undoings = new Map<string, Undoing>();

	constructor(addresses: readonly Address[], faults: FaultCommands) {
		this.#addresses = addresses;
		this.#faults = faults;
	}

	get hands(): Hands {
		const { kill, stop, start, pause, resume, partition, diskFull, slowFlush } = this.#faults.commands;
		return {
			...(kill === undefined ? {} : { kill: (id) => this.#hurt("kill", id, "start") }),
			...(stop === undefined ? {} : { stop: (id) => this.#hurt("stop", id, "start") }),
			...(start === undefined ? {} : { start: (id) => this.#undo("start", id) }),
			...(pause === undefined ? {} : { pause: (id) => this.#hurt("pause", id, "resume") }),
			...(resume === undefined ? {} : { resume: (id) => this.#undo("resume", id) }),
			...(partition === undefined ? {} : { network: this.#network }),
			...(diskFull === undefined && slowFlush === undefined ? {} : { disk: (id, disk) => this.#disk(id, disk) }),
			stopAll: () => this.#undoAll(),
		};
	}

	get #network(): Network {
		return {
			partition: async (groups) => {
				const sideOf = (id: number): readonly number[] => groups.find((group) => group.includes(id)) ?? [id];
				for (const id of this.#ids) {
					const others = this.#ids.filter((other) => !sideOf(id).includes(other));
					if (others.length > 0) await this.#deafen(id, others);
				}
			},
			oneWay: (from, to) => this.#deafen(to, [from]),
			heal: async () => {
				for (const id of this.#ids) if (this.#undoings.has(`heal ${id}`)) await this.#undo("heal", id);
			},
		};
	}

	get #ids(): number[] {
		return this.#addresses.map((_, i) => i + 1);
	}

	#deafen(id: number, others: readonly number[]): Promise<void> {
		const all = others.map((other) => this.#valuesOf(other));
		const words = Object.keys(all[0] ?? {});
		const theirs = Object.fromEntries(words.map((word) => [`${word}s`, all.flatMap((each) => each[word] ?? [])]));
		return this.#hurt("partition", id, "heal", theirs);
	}

	async #disk(id: number, { full, flushMs }: { readonly full: boolean; readonly flushMs: number }): Promise<void> {
		if (full) await this.#hurt("diskFull", id, "diskFree");
		else if (this.#undoings.has(`diskFree ${id}`)) await this.#undo("diskFree", id);
		if (flushMs > 0) await this.#hurt("slowFlush", id, "slowFlush", { ms: [`${flushMs}`] });
		else if (this.#undoings.has(`slowFlush ${id}`)) await this.#undo("slowFlush", id);
	}

	async #hurt(name: FaultCommand, id: number, undoneBy: FaultCommand, more: Values = {}): Promise<void> {
		const command = this.#command(name, id, more);
		this.#remember(undoneBy, id);
		await runShell(command, this.#faults.timeoutMs);
	}

	#remember(undoneBy: FaultCommand, id: number): void {
		const key = `${undoneBy} ${id}`;
		if (this.#undoings.has(key)) return;
		const { timeoutMs } = this.#faults;
		const command = this.#command(undoneBy, id, { ms: ["0"] });
		const done = entrust({ type: "command", file: "sh", args: ["-c", command], timeoutMs });
		this.#undoings.set(key, { run: () => runShell(command, timeoutMs), done });
	}

	async #undo(name: FaultCommand, id: number): Promise<void> {
		// Asked for although nobody knows of anything to undo: somebody else may have done it.
		this.#remember(name, id);
		const undoing = this.#undoings.get(`${name} ${id}`);
		await undoing?.run();
		undoing?.done();
		this.#undoings.delete(`${name} ${id}`);
	}

	/** All are tried, whatever becomes of the others. */
	async #undoAll(): Promise<void> {
		const results = await Promise.allSettled(
			[...this.#undoings].map(async ([key, { run, done }]) => {
				await run();
				done();
				this.#undoings.delete(key);
			}),
		);
		const failed = results.filter((result) => result.status === "rejected").map(({ reason }) => String(reason));
		if (failed.length > 0) throw new FaultError(`not healed:\n${failed.join("\n")}`);
	}

	#command(name: FaultCommand, id: number, more: Values): string {
		const command = this.#faults.commands[name];
		if (command === undefined) throw new FaultError(`${this.#faults.file} has no command "${name}"`);
		return fillIn(command, { ...this.#valuesOf(id), ...more });
	}

	#valuesOf(id: number): Values {
		const { host = "", port = 0 } = this.#addresses[id - 1] ?? {};
		const own = Object.entries(this.#faults.words[id - 1] ?? {}).map(([word, value]) => [word, [value]]);
		return { server: [`${id}`], host: [host], port: [`${port}`], ...Object.fromEntries(own) };
	}
}
