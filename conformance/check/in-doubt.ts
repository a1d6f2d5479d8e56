import { outcomeCode } from "../history/calls.js";
import type { History } from "../history/history.js";
import { operationCode } from "../history/operation-code.js";
import type { Paths } from "./paths.js";
import { isSequential, isWrite, type Write, writesOf } from "./write.js";

/** Writes without an answer: each may have happened or not, at one zxid behind all that were answered before it was sent. */
export class InDoubt {
	readonly writes: readonly Write[];
	/** Calls of closeSession without an answer. */
	readonly closings: readonly number[];
	readonly #sets = new Map<number, Write[]>();
	readonly #creates = new Map<number, Write[]>();
	readonly #deletes = new Map<number, Write[]>();
	readonly #childCreates = new Map<number, Write[]>();
	readonly #childDeletes = new Map<number, Write[]>();

	constructor(history: History, paths: Paths) {
		const { calls, texts } = history;
		const open: number[] = [];
		for (let call = 0; call < calls.count; call++) {
			if (calls.outcome.get(call) !== outcomeCode.replied && isWrite(calls.op.get(call))) open.push(call);
		}
		this.closings = open.filter((call) => calls.op.get(call) === operationCode.closeSession);
		this.writes = open.flatMap((call) => writesOf(calls, call)).filter(({ operation }) => operation.op !== "check");
		for (const write of this.writes) this.#sort(write, texts.idOf(write.operation.path), paths);
	}

	/** Writes in doubt that may have set this node's data. */
	setsOf(path: number): readonly Write[] {
		return this.#sets.get(path) ?? [];
	}

	/** Creates in doubt of this path; sequential ones stand with their parent only. */
	createsOf(path: number): readonly Write[] {
		return this.#creates.get(path) ?? [];
	}

	deletesOf(path: number): number {
		return this.#deletes.get(path)?.length ?? 0;
	}

	childCreatesOf(path: number): readonly Write[] {
		return this.#childCreates.get(path) ?? [];
	}

	childDeletesOf(path: number): readonly Write[] {
		return this.#childDeletes.get(path) ?? [];
	}

	#sort(write: Write, path: number, paths: Paths): void {
		const { operation } = write;
		if (operation.op === "setData") put(this.#sets, path, write);
		if (operation.op === "delete") {
			put(this.#deletes, path, write);
			put(this.#childDeletes, paths.parentOf(path), write);
		}
		if (operation.op === "create") {
			if (!isSequential(operation.mode)) put(this.#creates, path, write);
			put(this.#childCreates, paths.parentOf(path), write);
		}
	}
}

function put(map: Map<number, Write[]>, path: number, write: Write): void {
	const list = map.get(path);
	if (list === undefined) map.set(path, [write]);
	else list.push(write);
}
