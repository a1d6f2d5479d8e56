import { type Connection, type History, recordKind } from "../../history/history.js";
import { operationCode } from "../../history/operation-code.js";
import { noStat } from "../../history/stats.js";
import { floorsOf, isAnswered, sessionOfCall } from "../answered.js";
import { type EphemeralBook, type EphemeralNode, ephemeralBookOf } from "../ephemeral-book.js";
import type { Facts } from "../facts.js";
import type { Report, Rule } from "../rule.js";
import { sessionText, zxidText } from "../words.js";
import { isAcknowledged, isEphemeral, isWrite } from "../write.js";
import { mayCreate } from "../written.js";

const clauses = {
	closed: "ephemeral.gone-on-close",
	together: "ephemeral.one-transaction",
	staysGone: "consistency.ephemeral-stays-gone",
	whileSession: "consistency.ephemeral-lives-with-session",
	expires: "ephemeral.expires",
} as const;

/**
 * An ephemeral lives exactly as its session. A node that goes early frees a lock whose holder goes on; one that stays is a
 * lock that nobody holds.
 */
export const ephemerals: Rule = {
	name: "ephemerals",
	clauses: Object.values(clauses),
	check,
};

type Lives = ReadonlyMap<bigint, Life>;

const noNode = -101;

/** Something that was seen at a zxid. */
interface Sight {
	readonly zxid: number;
	readonly record: number;
	/** What was seen, or undefined for a write of the session or its closing. */
	readonly node: EphemeralNode | undefined;
}

/** What is known of the life of a session that owns ephemerals. */
interface Life {
	readonly id: bigint;
	/** At this zxid it had ended; the lowest such. */
	ended: Sight | undefined;
	/** At this zxid it was there; the highest such. */
	alive: Sight | undefined;
	/** One of its ephemerals was first missed by this reply. */
	missed: Sight | undefined;
}

function check(facts: Facts, report: Report): void {
	const { history } = facts;
	if (!mayCreate(history, isEphemeral) && history.stats.owners.length === 1) return;
	const book = ephemeralBookOf(history);
	if (book.size === 0) return;
	const lives = new Map(facts.sessions.map(({ id }) => [id, lifeOf(id)]));
	const floors = floorsOf(history);
	for (const call of answeredCalls(history)) {
		noteOwn(history, lives, call);
		noteSights(history, book, lives, call, floors[call] ?? 0);
	}
	for (const { id, connections } of facts.sessions) {
		const life = lives.get(id) as Life;
		if (!tellContradiction(report, life)) findReattached(history, report, life, connections);
	}
	findLeft(facts, book, report);
}

function lifeOf(id: bigint): Life {
	return { id, ended: undefined, alive: undefined, missed: undefined };
}

/** In the order of the replies. */
function* answeredCalls(history: History): Generator<number> {
	const { records } = history;
	for (let ordinal = 0; ordinal < records.length; ordinal++) {
		const entry = records.get(ordinal);
		if ((entry & 3) === recordKind.end && isAnswered(history, entry >>> 2)) yield entry >>> 2;
	}
}

/** What a session's own writes say: it was there, and it ends with its close. */
function noteOwn(history: History, lives: Lives, call: number): void {
	const { calls } = history;
	const op = calls.op.get(call);
	if (!isWrite(op) || !isAcknowledged(history.calls, call)) return;
	const life = lives.get(sessionOfCall(history, call));
	if (life === undefined) return;
	const sight = { zxid: calls.zxid.get(call), record: calls.endRecord.get(call), node: undefined };
	if (op === operationCode.closeSession) noteEnded(life, sight);
	else noteAlive(life, sight);
}

function noteEnded(life: Life, sight: Sight): void {
	if (life.ended === undefined || sight.zxid < life.ended.zxid) life.ended = sight;
	if (sight.node !== undefined) life.missed ??= sight;
}

function noteAlive(life: Life, sight: Sight): void {
	if (life.alive === undefined || sight.zxid > life.alive.zxid) life.alive = sight;
}

/** What a reply shows of anybody's ephemerals, or does not show any more. */
function noteSights(history: History, book: EphemeralBook, lives: Lives, call: number, floor: number): void {
	const { calls, texts, stats } = history;
	const op = calls.op.get(call);
	if (op === operationCode.multi || op === operationCode.closeSession || op === operationCode.setWatches) return;
	const zxid = calls.zxid.get(call);
	const record = calls.endRecord.get(call);
	const stat = calls.stat.get(call);
	const path = texts.textOf(
		op === operationCode.create && stat !== noStat ? calls.got.get(call) : calls.path.get(call),
	);
	if (calls.err.get(call) === noNode && op !== operationCode.create) {
		// A write is answered for the state at its own zxid, a read for any since the floor.
		noteMissing(lives, book.newestAt(path, isWrite(op) ? zxid : floor), { zxid, record });
		return;
	}
	if (stat === noStat) return;
	const since = Math.max(floor, stats.mzxid.get(stat), stats.pzxid.get(stat));
	noteSeen(lives, book.nodeAt(path, stats.czxid.get(stat)), { zxid: since, record });
	if (op === operationCode.getChildren) noteList(history, book, lives, call, since);
}

function noteList(history: History, book: EphemeralBook, lives: Lives, call: number, since: number): void {
	const { calls, texts } = history;
	const result = calls.resultOf(call);
	const parent = texts.textOf(calls.path.get(call));
	if (result.op !== "getChildren") return;
	const record = calls.endRecord.get(call);
	const zxid = calls.zxid.get(call);
	const listed = new Set(result.names.map((name) => `${parent}/${name}`));
	for (const path of book.below(parent)) {
		if (!listed.has(path)) noteMissing(lives, book.newestAt(path, since), { zxid, record });
	}
	for (const path of listed) {
		const node = book.newestAt(path, since);
		// A younger node of this name may be the one that is listed.
		const isThis = book.newestAt(path, zxid) === node && !book.isAmbiguous(path);
		if (isThis) noteSeen(lives, node, { zxid: since, record });
	}
}

function noteSeen(lives: Lives, node: EphemeralNode | undefined, sight: Omit<Sight, "node">): void {
	const life = lives.get(node?.session ?? 0n);
	if (life !== undefined) noteAlive(life, { ...sight, node });
}

function noteMissing(lives: Lives, node: EphemeralNode | undefined, sight: Omit<Sight, "node">): void {
	if (node === undefined || node.deleted) return;
	const life = lives.get(node.session);
	if (life !== undefined) noteEnded(life, { ...sight, node });
}

function tellContradiction(report: Report, { id, ended, alive }: Life): boolean {
	if (ended === undefined || alive === undefined || alive.zxid < ended.zxid) return false;
	// That a session writes behind its close is what the rule `sessions` finds.
	if (ended.node === undefined && alive.node === undefined) return false;
	const records = [ended.record, alive.record];
	report.violated(contradictedClause(ended, alive), records, () => {
		const end = ended.node === undefined ? "was closed" : `had lost its ephemeral ${ended.node.path}`;
		const life = alive.node === undefined ? "wrote" : `had its ephemeral ${alive.node.path}`;
		const zxids = `zxid ${zxidText(ended.zxid)}, and at ${zxidText(alive.zxid)} it`;
		return `Session ${sessionText(id)} ${end} at ${zxids} ${alive.node === undefined ? "" : "still "}${life}.`;
	});
	return true;
}

function contradictedClause(ended: Sight, alive: Sight): string {
	if (ended.node === undefined) return clauses.closed;
	if (alive.node === undefined) return clauses.whileSession;
	return alive.node === ended.node ? clauses.staysGone : clauses.together;
}

/**
 * A server that has seen a session's end grants it no more. That it was granted alone shows nothing: a leader that has been
 * deposed may grant it until it notices. So a reply from behind that end has to show that this one had noticed.
 */
function findReattached(history: History, report: Report, life: Life, connections: readonly Connection[]): void {
	const { missed, id } = life;
	if (missed?.node === undefined) return;
	const { path } = missed.node;
	const { calls } = history;
	const later = connections.filter(({ connectingRecord }) => connectingRecord > missed.record);
	if (later.length === 0) return;
	const numbers = new Set(later.map(({ number }) => number));
	for (const call of answeredCalls(history)) {
		if (!numbers.has(calls.connection.get(call)) || calls.zxid.get(call) < missed.zxid) continue;
		const number = calls.connection.get(call);
		const records = [missed.record, history.connections[number]?.granted?.record ?? 0, calls.endRecord.get(call)];
		report.violated(clauses.whileSession, records, () => {
			const lost = `Session ${sessionText(id)} had lost its ephemeral ${path} at zxid ${zxidText(missed.zxid)}`;
			return `${lost}, and connection ${number} got it afterwards and was served with it.`;
		});
		return;
	}
}

/** Long after a client was told that its session has expired, the last readers still see what it had. */
function findLeft({ history, sessions }: Facts, book: EphemeralBook, report: Report): void {
	const { calls, stats, texts } = history;
	const final = history.phases.find(({ phase }) => phase === "final");
	if (final === undefined) return;
	const told = new Map(sessions.flatMap(({ id, connections }) => expiryOf(history, id, connections)));
	if (told.size === 0) return;
	for (const call of answeredCalls(history)) {
		const stat = calls.stat.get(call);
		if (stat === noStat || calls.record.get(call) < final.record) continue;
		const node = book.nodeAt(texts.textOf(calls.path.get(call)), stats.czxid.get(stat));
		const expiry = told.get(node?.session ?? 0n);
		if (node === undefined || expiry === undefined || expiry.goneAtUs > final.atUs) continue;
		const text = () =>
			`Session ${sessionText(node.session)} has expired, as its client was told, and its ephemeral ${node.path} ` +
			"is still there when all is over.";
		report.violated(clauses.expires, [expiry.record, calls.endRecord.get(call)], text);
	}
}

interface Expiry {
	readonly record: number;
	/** By then even a leader that was elected meanwhile has let the session expire. */
	readonly goneAtUs: number;
}

function expiryOf(
	{ phases, connections: all }: History,
	id: bigint,
	granted: readonly Connection[],
): [bigint, Expiry][] {
	const end = all.find((one) => one?.askedSession === id && one.end?.kind === "expired")?.end;
	if (end === undefined) return [];
	const timeoutMs = Math.max(...granted.map((connection) => connection.granted?.timeoutMs ?? 0));
	const healedAtUs = phases.find(({ phase }) => phase === "healed")?.atUs ?? 0;
	return [[id, { record: end.record, goneAtUs: Math.max(end.atUs, healedAtUs) + 2000 * timeoutMs }]];
}
