import { outcomeCode } from "../../history/calls.js";
import type { SubOperation } from "../../history/record.js";
import type { Facts } from "../facts.js";
import { type KnownCounters, maybeCounters } from "../known-counters.js";
import { type Presence, presenceOf } from "../presence.js";
import type { Report, Rule } from "../rule.js";
import { callText, zxidText } from "../words.js";
import { failedPartOf, isAcknowledged, isSequential, isWrite, type Write, writesOf, writeZxid } from "../write.js";

const err = { noNode: -101, badVersion: -103, nodeExists: -110, notEmpty: -111 } as const;

/** The leader decides on every write where it stands in the order: that it succeeded, or how it failed, has to fit there. */
export const fittingWrites: Rule = {
	name: "fitting-writes",
	clauses: [
		"create.exactly-one",
		"delete.exactly-one",
		"delete.children",
		"set-data.missing",
		"consistency.conditional-writes",
		"consistency.refused-writes",
	],
	check,
};

function check(facts: Facts, report: Report): void {
	const { calls } = facts.history;
	const fit = new Fit(facts, report);
	for (let call = 0; call < calls.count; call++) {
		if (calls.outcome.get(call) !== outcomeCode.replied || !isWrite(calls.op.get(call))) continue;
		if (isAcknowledged(calls, call)) fit.succeeded(call);
		else fit.failed(call);
	}
}

class Fit {
	readonly #facts: Facts;
	readonly #report: Report;
	readonly #presence: Presence;

	constructor(facts: Facts, report: Report) {
		this.#facts = facts;
		this.#report = report;
		this.#presence = presenceOf(facts);
	}

	succeeded(call: number): void {
		const zxid = writeZxid(this.#facts.history, call);
		const writes = writesOf(this.#facts.history.calls, call);
		for (let index = 0; index < writes.length; index++) {
			const write = writes[index] as Write;
			if (index === 0 || !isTouched(writes.slice(0, index), write.operation)) this.#fits(write, zxid);
		}
	}

	failed(call: number): void {
		const { calls } = this.#facts.history;
		const writes = writesOf(calls, call);
		const failure = failedPartOf(calls, call) ?? { part: 0, err: calls.err.get(call) };
		const write = writes[failure.part];
		if (write === undefined || isTouched(writes.slice(0, failure.part), write.operation)) return;
		if (this.#isRight(write.operation, failure.err, calls.zxid.get(call))) return;
		const records = [...this.#lastWrite(write.operation.path, calls.zxid.get(call)), calls.endRecord.get(call)];
		this.#report.violated("consistency.refused-writes", records, () => {
			const at = `at ${zxidText(calls.zxid.get(call))} there was no reason for it`;
			return `${callText(this.#facts.history, call)} was refused with error ${failure.err}, but ${at}.`;
		});
	}

	#fits(write: Write, zxid: number): void {
		const { operation } = write;
		const path = this.#id(write.result?.op === "create" ? write.result.path : operation.path);
		const before = zxid - 1;
		if (operation.op === "create") {
			if (!this.#presence.maybeAbsent(path, before, before)) {
				this.#tell("create.exactly-one", write, zxid, "made a node that was there already");
			}
			return;
		}
		const missing = operation.op === "delete" ? "delete.exactly-one" : "set-data.missing";
		if (!this.#presence.maybePresent(path, before)) {
			this.#tell(missing, write, zxid, "succeeded where there was no node");
			return;
		}
		const known = this.#countersAt(path, before);
		if (known === undefined) return;
		if (isOtherVersion(operation.version, known)) {
			const version = known.versionMin === known.versionMax ? known.versionMin : `at least ${known.versionMin}`;
			const asked = `for version ${operation.version} and succeeded, while the node had version ${version}`;
			this.#tell("consistency.conditional-writes", write, zxid, `was ${asked}`);
		}
		if (operation.op === "delete" && known.childrenMin > 0) {
			this.#tell("delete.children", write, zxid, "deleted a node that had children");
		}
	}

	/** Whether this error can have been right where the write stands. */
	#isRight(operation: SubOperation, error: number, zxid: number): boolean {
		const path = this.#id(operation.path);
		const before = zxid - 1;
		switch (error) {
			case err.noNode: {
				const needed = operation.op === "create" ? this.#facts.paths.parentOf(path) : path;
				return this.#presence.maybeAbsent(needed, before, before);
			}
			case err.nodeExists:
				return (operation.op === "create" && isSequential(operation.mode)) || this.#presence.maybePresent(path, before);
			case err.badVersion: {
				const known = this.#countersAt(path, before);
				if (known === undefined || operation.op === "create") return true;
				return known.versionMin !== operation.version || known.versionMax !== operation.version;
			}
			case err.notEmpty: {
				const known = this.#countersAt(path, before);
				return known === undefined || known.childrenMax > 0;
			}
			default:
				return true;
		}
	}

	#countersAt(path: number, zxid: number): KnownCounters | undefined {
		const change = this.#facts.changes.lastAtOrBefore(path, zxid);
		return change < 0 ? undefined : maybeCounters(this.#facts, this.#presence, change);
	}

	#id(path: string): number {
		return this.#facts.history.texts.idOf(path);
	}

	/** The record of the reply to the last write of a node before a zxid, if one is known. */
	#lastWrite(path: string, zxid: number): number[] {
		const { history, changes } = this.#facts;
		const change = changes.lastAtOrBefore(this.#id(path), zxid - 1);
		const call = change < 0 ? -1 : changes.call(change);
		return call < 0 ? [] : [history.calls.endRecord.get(call)];
	}

	#tell(clause: string, { call, operation }: Write, zxid: number, what: string): void {
		const { history } = this.#facts;
		const records = [...this.#lastWrite(operation.path, zxid), history.calls.endRecord.get(call)];
		this.#report.violated(clause, records, () => {
			const part = operation.op === "create" || operation.op === "setData" ? "" : ` (${operation.op})`;
			return `${callText(history, call)}${part} at ${zxidText(zxid)} ${what}: ${operation.path}.`;
		});
	}
}

function isOtherVersion(asked: number, { versionMin, versionMax }: KnownCounters): boolean {
	return asked !== -1 && (asked < versionMin || asked > versionMax);
}

/** Whether an earlier part of the same multi may have changed what this one finds. */
function isTouched(earlier: readonly Write[], { path }: SubOperation): boolean {
	return earlier.some(({ operation }) => {
		return operation.op !== "check" && (near(operation.path, path) || near(path, operation.path));
	});
}

function near(path: string, other: string): boolean {
	return (
		path === other ||
		path.startsWith(`${other}/`) ||
		(path.startsWith(other) && /^\d{10}$/.test(path.slice(other.length)))
	);
}
