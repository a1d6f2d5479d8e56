import { outcomeCode } from "../../history/calls.js";
import { noText } from "../../history/texts.js";
import { changeKind, noCall } from "../changes.js";
import type { Facts } from "../facts.js";
import { InDoubtMatcher } from "../in-doubt-matcher.js";
import { unevenSteps } from "../node-walk.js";
import { ReadBounds } from "../read-bounds.js";
import type { Report, Rule } from "../rule.js";
import { showsStat } from "../sighting.js";
import { callText, zxidText } from "../words.js";
import type { Write } from "../write.js";

/**
 * Of the writes that were on their way when a connection broke, the servers have the first few. A setData that nothing can have
 * refused, and that did not happen, therefore speaks against every write behind it.
 */
export const inDoubtPrefix: Rule = { name: "in-doubt-prefix", clauses: ["consistency.in-doubt-prefix"], check };

/** A write in doubt that happened, as its data shows, which nobody else writes. */
interface Happened {
	readonly write: Write;
	readonly zxid: number;
	readonly path: number;
}

/** The latest moment at which a node's state is known by a read. */
interface LastSeen {
	readonly call: number;
	/** The state was there at this zxid. */
	readonly at: number;
}

function check(facts: Facts, report: Report): void {
	const happened = happenedOf(facts);
	if (happened.length === 0) return;
	const uncertain = pathsWithGaps(facts);
	const seen = lastSeenOf(facts);
	for (const later of happened) {
		for (const earlier of before(facts, later.write)) {
			const path = facts.history.texts.idOf(earlier.operation.path);
			const sight = uncertain.has(path) ? undefined : seen.get(path);
			if (sight === undefined || sight.at < later.zxid || !isMissing(facts, earlier, path, sight)) continue;
			tell(facts, report, earlier, later, sight);
			return;
		}
	}
}

function happenedOf(facts: Facts): Happened[] {
	const { changes, inDoubt } = facts;
	if (inDoubt.writes.length < 2) return [];
	const matcher = new InDoubtMatcher(facts);
	const happened: Happened[] = [];
	for (let index = 0; index < changes.count; index++) {
		const isWritten = changes.kind(index) === changeKind.set || changes.kind(index) === changeKind.created;
		if (!isWritten || changes.call(index) !== noCall || changes.data(index) === noText) continue;
		const [write, ...others] = matcher.candidates(index);
		if (write === undefined || others.length > 0) continue;
		happened.push({ write, zxid: changes.zxid(index), path: changes.path(index) });
	}
	return happened;
}

/** Unconditional setDatas of the same connection, sent before it and as much in doubt. */
function before({ history, inDoubt }: Facts, { call }: Write): Write[] {
	const { calls } = history;
	const connection = calls.connection.get(call);
	return inDoubt.writes.filter(({ call: other, part, operation }) => {
		const isEarlier = other < call && calls.connection.get(other) === connection;
		return isEarlier && part < 0 && operation.op === "setData" && operation.version === -1;
	});
}

/** Nodes of which some write is known only by a version that leaps. */
function pathsWithGaps(facts: Facts): Set<number> {
	const paths = new Set<number>();
	for (const step of unevenSteps(facts)) paths.add(step.path);
	return paths;
}

function lastSeenOf(facts: Facts): Map<number, LastSeen> {
	const { calls } = facts.history;
	const wanted = new Set(facts.inDoubt.writes.map(({ operation }) => facts.history.texts.idOf(operation.path)));
	const bounds = new ReadBounds(facts);
	const seen = new Map<number, LastSeen>();
	for (let call = 0; call < calls.count; call++) {
		if (calls.outcome.get(call) !== outcomeCode.replied) continue;
		const path = calls.path.get(call);
		const at = bounds.zxid(calls.connection.get(call));
		if (wanted.has(path) && showsStat(calls, call) && at >= (seen.get(path)?.at ?? 0)) seen.set(path, { call, at });
		bounds.pass(call);
	}
	return seen;
}

/** Whether the node was there from before the write was sent until it was seen, and nothing has written this data to it. */
function isMissing({ history, changes, newestBefore }: Facts, write: Write, path: number, { call }: LastSeen): boolean {
	const { calls, stats, texts } = history;
	const newest = newestBefore.get(write.call);
	const stat = calls.stat.get(call);
	if (newest < 0 || stats.czxid.get(stat) > calls.zxid.get(newest)) return false;
	const data = write.operation.op === "setData" ? texts.idOf(write.operation.data) : noText;
	for (let index = changes.firstOf(path); index < changes.endOf(path); index++) {
		const isOpen = changes.kind(index) === changeKind.set && changes.call(index) === noCall;
		if (isOpen && (changes.data(index) === data || changes.data(index) === noText)) return false;
	}
	return true;
}

function tell({ history }: Facts, report: Report, earlier: Write, later: Happened, sight: LastSeen): void {
	const { calls } = history;
	const records = [calls.record.get(earlier.call), calls.record.get(later.write.call), calls.endRecord.get(sight.call)];
	report.violated("consistency.in-doubt-prefix", records, () => {
		const happened = `${callText(history, later.write.call)} happened at ${zxidText(later.zxid)}`;
		return `${happened}, but not ${callText(history, earlier.call)}, which was sent before it on the same connection.`;
	});
}
