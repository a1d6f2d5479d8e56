import type { Connection } from "../../history/history.js";
import { operationCode } from "../../history/operation-code.js";
import { isAnswered, sessionOfCall } from "../answered.js";
import type { Facts } from "../facts.js";
import type { Report, Rule } from "../rule.js";
import type { Session } from "../session.js";
import { sessionText } from "../words.js";
import { isAcknowledged, isWrite } from "../write.js";

const clauses = {
	unique: "session.new",
	replaced: "consistency.session-not-replaced",
	moved: "consistency.moved-session-writes-elsewhere",
	closed: "session.closed-for-good",
	expired: "session.expired-for-good",
	afterClose: "order.nothing-after-close",
} as const;

/**
 * A session belongs to one client, at one place, once. Ephemerals and watches of a session that is silently another one are
 * gone without anybody knowing; one that is held at two places has two writers who both believe to be the only one.
 */
export const sessions: Rule = {
	name: "sessions",
	clauses: Object.values(clauses),
	check,
};

function check(facts: Facts, report: Report): void {
	for (const connection of facts.history.connections) {
		if (connection !== undefined) findReplaced(report, connection);
	}
	const ends = endsOf(facts);
	for (const session of facts.sessions) {
		findGrantedTwice(report, session);
		findRevived(report, session, ends.get(session.id));
	}
	findWrites(facts, report, ends);
}

function findReplaced(report: Report, { askedSession, granted, connectingRecord, number }: Connection): void {
	if (granted === undefined || askedSession === 0n || granted.session === askedSession) return;
	const text = () =>
		`Connection ${number} asked for session ${sessionText(askedSession)} and was given ` +
		`${sessionText(granted.session)} without being told that its own has expired.`;
	report.violated(clauses.replaced, [connectingRecord, granted.record], text);
}

function findGrantedTwice(report: Report, { id, connections }: Session): void {
	const created = connections.filter(({ askedSession }) => askedSession === 0n);
	const [first, second] = created;
	if (first === undefined || second === undefined) return;
	const text = () =>
		`Connections ${first.number} and ${second.number} each asked for a new session and were both given ${sessionText(id)}.`;
	report.violated(clauses.unique, [first.granted?.record ?? 0, second.granted?.record ?? 0], text);
}

/** Since when a client knows that a session is over. */
interface End {
	readonly record: number;
	readonly how: "closed" | "expired";
	readonly connection: number;
}

type Ends = ReadonlyMap<bigint, End>;

function endsOf({ history }: Facts): Ends {
	const ends = new Map<bigint, End>();
	const note = (session: bigint, end: End): void => {
		if (end.record < (ends.get(session)?.record ?? Number.POSITIVE_INFINITY)) ends.set(session, end);
	};
	for (const connection of history.connections) {
		if (connection?.end?.kind !== "expired") continue;
		note(connection.askedSession, { record: connection.end.record, how: "expired", connection: connection.number });
	}
	const { calls } = history;
	for (let call = 0; call < calls.count; call++) {
		if (calls.op.get(call) !== operationCode.closeSession || !isAnswered(history, call)) continue;
		const connection = calls.connection.get(call);
		note(sessionOfCall(history, call), { record: calls.endRecord.get(call), how: "closed", connection });
	}
	return ends;
}

function findRevived(report: Report, { id, connections }: Session, end: End | undefined): void {
	if (end === undefined) return;
	const revived = connections.find(({ connectingRecord }) => connectingRecord > end.record);
	if (revived === undefined) return;
	const text = () =>
		`Session ${sessionText(id)} was ${end.how}, as connection ${end.connection} was told, ` +
		`and was granted to connection ${revived.number} afterwards.`;
	report.violated(clauses[end.how], [end.record, revived.connectingRecord, revived.granted?.record ?? 0], text);
}

/** After this record no write of a connection may be carried out any more. */
interface Barrier {
	readonly record: number;
	readonly clause: string;
	/** What happened to the session. */
	readonly why: string;
}

/** Writes that succeed where their session is not, or is no more. */
function findWrites({ history, sessions: all }: Facts, report: Report, ends: Ends): void {
	const { calls } = history;
	const barriers = barriersOf(all, ends);
	if (barriers.size === 0) return;
	for (let call = 0; call < calls.count; call++) {
		const number = calls.connection.get(call);
		const record = calls.record.get(call);
		const broken = barriers.get(number)?.find((barrier) => barrier.record < record);
		if (broken === undefined || !isWrite(calls.op.get(call)) || !isAcknowledged(history.calls, call)) continue;
		// Anybody who knows the session may close it, from wherever it was last.
		if (calls.op.get(call) === operationCode.closeSession) continue;
		const text = () => `${broken.why}, and a write that connection ${number} sent afterwards was carried out.`;
		report.violated(broken.clause, [broken.record, record, calls.endRecord.get(call)], text);
	}
}

function barriersOf(all: readonly Session[], ends: Ends): ReadonlyMap<number, readonly Barrier[]> {
	const barriers = new Map<number, Barrier[]>();
	const moves = movesOf(all);
	for (const { id, connections } of all) {
		const end = ends.get(id);
		for (const { number } of connections) {
			const own = [endBarrier(id, number, end), moveBarrier(id, moves.get(number))].filter((one) => one !== undefined);
			if (own.length > 0) barriers.set(number, own);
		}
	}
	return barriers;
}

function endBarrier(id: bigint, number: number, end: End | undefined): Barrier | undefined {
	if (end === undefined) return undefined;
	const { record, how, connection } = end;
	const clause = connection === number ? clauses.afterClose : clauses[how];
	return { record, clause, why: `Session ${sessionText(id)} was ${how}, as connection ${connection} was told` };
}

function moveBarrier(id: bigint, to: Connection | undefined): Barrier | undefined {
	if (to?.granted === undefined) return undefined;
	const why = `Session ${sessionText(id)} has moved to connection ${to.number}`;
	return { record: to.granted.record, clause: clauses.moved, why };
}

/** For each connection whose session was granted elsewhere while it was there, where it went first. */
function movesOf(all: readonly Session[]): ReadonlyMap<number, Connection> {
	const moves = new Map<number, Connection>();
	for (const { id, connections } of all) {
		for (const [index, connection] of connections.entries()) {
			const since = connection.granted?.record ?? 0;
			// One that asked before and was granted later may have been overtaken on its way.
			const next = connections.slice(index + 1).find((one) => one.askedSession === id && one.connectingRecord > since);
			if (next !== undefined) moves.set(connection.number, next);
		}
	}
	return moves;
}
