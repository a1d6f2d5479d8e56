import { type History, recordAt, recordKind } from "../history/history.js";
import type { Operation } from "../history/record.js";
import type { Parts } from "./cut-history.js";

/** One thing that can be left out of a history. */
export type Part =
	| { readonly kind: "call"; readonly number: number }
	| { readonly kind: "event"; readonly number: number }
	| { readonly kind: "connection"; readonly number: number };

/** The parts that records belong to; a call and its end are one. */
export function partsOfRecords(history: History, ordinals: readonly number[]): readonly Part[] {
	return ordinals.flatMap((ordinal): readonly Part[] => {
		const entry = history.records.get(ordinal);
		const [number, kind] = [entry >>> 2, entry & 3];
		if (kind === recordKind.event) return [{ kind: "event", number }];
		if (kind !== recordKind.other) return [{ kind: "call", number }];
		const record = recordAt(history, ordinal);
		return "connection" in record ? [{ kind: "connection", number: record.connection }] : [];
	});
}

export function gatherParts(parts: Iterable<Part>): Parts {
	const gathered = { call: new Set<number>(), event: new Set<number>(), connection: new Set<number>() };
	for (const { kind, number } of parts) gathered[kind].add(number);
	return { calls: gathered.call, events: gathered.event, connections: gathered.connection };
}

/** All that a history is made of, in its order. */
export function allParts(history: History): readonly Part[] {
	const connections = history.connections.flatMap((connection): readonly Part[] =>
		connection === undefined ? [] : [{ kind: "connection", number: connection.number }],
	);
	const calls = Array.from({ length: history.calls.count }, (_, number): Part => ({ kind: "call", number }));
	return [...connections, ...calls, ...history.events.map((_, number): Part => ({ kind: "event", number }))];
}

/** The number of the connection that a part went over. */
export function connectionOf(history: History, { kind, number }: Part): number {
	if (kind === "connection") return number;
	return kind === "call" ? history.calls.connection.get(number) : (history.events[number]?.connection ?? 0);
}

/** Paths that a part names. */
export function pathsOf(history: History, { kind, number }: Part): readonly string[] {
	if (kind === "connection") return [];
	if (kind === "call") return pathsOfOperation(history.calls.operationOf(number));
	const event = history.events[number];
	return event === undefined ? [] : [history.texts.textOf(event.path)];
}

function pathsOfOperation(operation: Operation): readonly string[] {
	if (operation.op === "multi") return operation.operations.map(({ path }) => path);
	return "path" in operation ? [operation.path] : [];
}
