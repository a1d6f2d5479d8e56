import type {
	HistoryHeader,
	HistoryRecord,
	HistoryRule,
	Operation,
	SubOperation,
	SubResult,
} from "../../history/record.js";
import { numberOption, StoryError, type StoryLine, storyLines } from "./story-line.js";
import { maybeOperation } from "./story-operation.js";
import { answerAsTold, readAnswer, type StoryAnswer } from "./story-result.js";
import { applyOperation, errors, freshTree, type StoryTree, withoutSession } from "./story-tree.js";

/**
 * A history told in a few lines. What nobody says follows from a model of a right server: every write has the next zxid
 * (`z=`), every read shows the newest state (`at=`, and `z=` for its header), Stats are right. Wrong servers are told by saying
 * otherwise.
 */
export interface Story {
	readonly story: string;
	readonly rules?: readonly HistoryRule[];
	readonly facts?: HistoryHeader["facts"];
	/** The recorder did not come to the end. */
	readonly cut?: boolean;
}

export interface ToldHistory {
	readonly header: HistoryHeader;
	readonly records: readonly HistoryRecord[];
}

/** Below which everything in a story happens. */
const root = "/r";

interface Connection {
	readonly number: number;
	readonly session: bigint;
	readonly client: number;
}

/** A call of the story, with what it will be answered. */
interface Asked {
	readonly call: number;
	readonly line: StoryLine;
	readonly operation: Operation;
	readonly connection: Connection;
	readonly zxid: number;
}

/** Something that changes the servers' tree at its zxid, in the order of zxids and not of lines. */
interface Effect {
	readonly zxid: number;
	readonly asked: Asked | undefined;
	/** The session that ends. */
	readonly ends: bigint | undefined;
}

/** What may only be known when all lines are read. */
type Told = HistoryRecord | ((answers: Answers) => HistoryRecord);

interface Answers {
	answerOf(asked: Asked): StoryAnswer;
	readAt(zxid: number, operation: Operation): StoryAnswer;
}

interface Scene {
	atUs: number;
	zxid: number;
	calls: number;
	sessions: number;
	readonly connections: Map<string, Connection>;
	/** The highest zxid that each client was answered. */
	readonly seen: Map<number, number>;
	readonly pending: Map<Connection, Asked[]>;
	readonly effects: Effect[];
	readonly told: Told[];
}

/** @throws StoryError for a line that means nothing */
export function historyOfStory({ story, rules = [], facts = {}, cut = false }: Story): ToldHistory {
	const scene = emptyScene();
	for (const line of storyLines(story)) {
		scene.atUs += line.afterMs * 1000;
		tell(scene, line);
	}
	if (!cut) scene.told.push({ type: "phase", atUs: scene.atUs + 1000, phase: "end" });
	const answers = answersOf(scene.effects);
	const records = scene.told.map((told) => (typeof told === "function" ? told(answers) : told));
	return { header: headerOf(rules, facts), records };
}

function emptyScene(): Scene {
	const maps = { connections: new Map(), seen: new Map(), pending: new Map() };
	return { atUs: 0, zxid: 1, calls: 0, sessions: 0, effects: [], told: [], ...maps };
}

function headerOf(rules: readonly HistoryRule[], facts: HistoryHeader["facts"]): HistoryHeader {
	return {
		format: "zkspec history/1",
		workload: "story",
		seed: 0,
		servers: ["s0", "s1", "s2"],
		root,
		target: "told",
		startedAt: "2026-01-01T00:00:00.000Z",
		rules,
		facts,
	};
}

function tell(scene: Scene, line: StoryLine): void {
	if (line.sigil === "~") tellWorld(scene, line);
	else if (line.words[0] === "open" || line.words[0] === "attach") connect(scene, line);
	else if (line.words[0] === "drop") drop(scene, line);
	else if (line.sigil === "!") tellEvent(scene, line);
	else if (line.sigil === "<") reply(scene, line, mustPending(scene, line));
	else call(scene, line);
}

function tellWorld(scene: Scene, line: StoryLine): void {
	const [verb, what = "", ...rest] = line.words;
	const { atUs } = scene;
	if (verb === "phase") scene.told.push({ type: "phase", atUs, phase: what as "healed" });
	else if (verb === "fault") {
		scene.told.push({ type: "fault", atUs, servers: what.split(",").map(Number), text: rest.join(" ") });
	} else if (verb === "expire") {
		const ends = mustConnection(scene, line, what).session;
		scene.effects.push({ zxid: zxidOf(scene, line), asked: undefined, ends });
	} else throw new StoryError(line, "unknown");
}

function connect(scene: Scene, line: StoryLine): void {
	const fresh = line.words[0] === "open";
	const client = line.who.charCodeAt(0) - 97;
	const number = scene.connections.size + 1;
	const server = Number(line.words[1]?.slice(1));
	const session = fresh ? 0n : mustConnection(scene, line, line.options.get("of") ?? line.who[0]).session;
	const lastZxid = numberOption(line, "last") ?? (fresh ? 0 : (scene.seen.get(client) ?? 0));
	const base = { atUs: scene.atUs, connection: number };
	scene.told.push({ type: "connecting", ...base, client, server, session, lastZxid, timeoutMs: 10_000 });
	const granted = grantedSession(scene, line, fresh, session);
	scene.connections.set(line.who, { number, session: granted, client });
	if (line.words.includes("refused")) return;
	scene.atUs += 1000;
	if (line.words.includes("expired")) scene.told.push({ type: "expired", ...base, atUs: scene.atUs });
	else scene.told.push({ type: "connected", ...base, atUs: scene.atUs, session: granted, timeoutMs: 10_000 });
}

function grantedSession(scene: Scene, line: StoryLine, fresh: boolean, asked: bigint): bigint {
	const other = line.options.get("session");
	if (other !== undefined && other !== "new") return mustConnection(scene, line, other).session;
	if (!fresh && other === undefined) return asked;
	scene.sessions++;
	return 0x1000000000000n + BigInt(scene.sessions);
}

function drop(scene: Scene, line: StoryLine): void {
	const connection = mustConnection(scene, line, line.who);
	const { atUs } = scene;
	for (const { call } of scene.pending.get(connection) ?? []) scene.told.push({ type: "lost", atUs, call });
	scene.pending.delete(connection);
	scene.told.push({ type: "disconnected", atUs, connection: connection.number });
}

function tellEvent(scene: Scene, line: StoryLine): void {
	const [event, path = ""] = line.words;
	const connection = mustConnection(scene, line, line.who).number;
	const zxid = numberOption(line, "z") ?? -1;
	scene.told.push({ type: "event", atUs: scene.atUs, connection, zxid, event: event as "created", path });
}

function call(scene: Scene, line: StoryLine): void {
	const operation = maybeOperation(line);
	if (operation === undefined) throw new StoryError(line, "what happens?");
	const connection = mustConnection(scene, line, line.who);
	const number = scene.calls++;
	const asked = { call: number, line, operation, connection, zxid: writes(operation) ? writtenZxid(scene, line) : 0 };
	scene.told.push({ type: "call", atUs: scene.atUs, call: number, connection: connection.number, operation });
	if (asked.zxid > 0) scene.effects.push({ zxid: asked.zxid, asked, ends: endedSession(asked) });
	scene.pending.set(connection, [...(scene.pending.get(connection) ?? []), asked]);
	if (line.sigil === ">") return;
	scene.atUs += 1000;
	const own = mustPending(scene, line, number);
	if (line.words.includes("lost")) scene.told.push({ type: "lost", atUs: scene.atUs, call: number });
	else reply(scene, line, own);
}

function writes(operation: Operation): boolean {
	return ["create", "delete", "setData", "multi", "closeSession"].includes(operation.op);
}

/** 0 for a lost write that never happened. */
function writtenZxid(scene: Scene, line: StoryLine): number {
	return line.words.includes("lost") && !line.options.has("z") ? 0 : zxidOf(scene, line);
}

function zxidOf(scene: Scene, line: StoryLine): number {
	const zxid = numberOption(line, "z") ?? scene.zxid + 1;
	scene.zxid = Math.max(scene.zxid, zxid);
	return zxid;
}

function endedSession({ operation, connection }: Asked): bigint | undefined {
	return operation.op === "closeSession" ? connection.session : undefined;
}

function reply(scene: Scene, line: StoryLine, asked: Asked): void {
	const { atUs } = scene;
	const owner = line.options.has("owner") ? ownerOf(scene, line) : undefined;
	if (line.words.includes("lost")) {
		scene.told.push({ type: "lost", atUs, call: asked.call });
		return;
	}
	const zxid = replyZxid(scene, line, asked);
	const at = numberOption(line, "at") ?? numberOption(asked.line, "at") ?? zxid;
	const { client } = asked.connection;
	scene.seen.set(client, Math.max(scene.seen.get(client) ?? 0, zxid));
	scene.told.push((answers) => {
		const right = asked.zxid > 0 ? answers.answerOf(asked) : answers.readAt(at, asked.operation);
		return { type: "reply", atUs, call: asked.call, zxid, ...answerAsTold(right, line, owner) };
	});
}

function replyZxid(scene: Scene, line: StoryLine, asked: Asked): number {
	if (asked.zxid > 0) return numberOption(line, "header") ?? asked.zxid;
	return numberOption(line, "z") ?? numberOption(line, "at") ?? numberOption(asked.line, "at") ?? scene.zxid;
}

function ownerOf(scene: Scene, line: StoryLine): bigint {
	const label = line.options.get("owner");
	return label === "0" ? 0n : mustConnection(scene, line, label).session;
}

function mustConnection(scene: Scene, line: StoryLine, label: string | undefined): Connection {
	const connection = scene.connections.get(label ?? "");
	if (connection === undefined) throw new StoryError(line, `"${label}" has not connected`);
	return connection;
}

/** The call that is answered next on this connection: the oldest, or `#2` for the second. */
function mustPending(scene: Scene, line: StoryLine, call?: number): Asked {
	const pending = scene.pending.get(mustConnection(scene, line, line.who)) ?? [];
	const place = line.words.find((word) => /^#\d+$/.test(word));
	const index = call === undefined ? Number(place?.slice(1) ?? 1) - 1 : pending.findIndex((one) => one.call === call);
	const [asked] = pending.splice(index, 1);
	if (asked === undefined) throw new StoryError(line, "nothing is pending");
	return asked;
}

/** Applies all effects in the order of their zxids. */
function answersOf(effects: readonly Effect[]): Answers {
	const states: { zxid: number; tree: StoryTree }[] = [{ zxid: 0, tree: freshTree(root) }];
	const written = new Map<Asked, StoryAnswer>();
	for (const effect of [...effects].sort((a, b) => a.zxid - b.zxid)) {
		const tree = (states.at(-1) as { tree: StoryTree }).tree;
		const [after, answer] = applyEffect(tree, effect);
		if (effect.asked !== undefined) written.set(effect.asked, answer);
		states.push({ zxid: effect.zxid, tree: after });
	}
	return {
		answerOf: (asked) => written.get(asked) as StoryAnswer,
		readAt: (zxid, operation) => {
			const state = states.findLast((one) => one.zxid <= zxid) as { tree: StoryTree };
			return readAnswer(state.tree, operation);
		},
	};
}

function applyEffect(tree: StoryTree, { zxid, asked, ends }: Effect): [StoryTree, StoryAnswer] {
	const nothing: StoryAnswer = { err: 0, result: { op: "none" } };
	if (ends !== undefined) return [withoutSession(tree, ends, zxid), nothing];
	if (asked === undefined) return [tree, nothing];
	const told = asked.line.options.get("err");
	const forced = told === "OK";
	const writing = { zxid, session: asked.connection.session, forced };
	const { operation } = asked;
	const [after, answer] =
		operation.op === "multi"
			? applyMulti(tree, operation.operations, writing)
			: applySingle(tree, operation as SubOperation, writing);
	const refused = told !== undefined && !forced && !asked.line.words.includes("applied");
	return [refused ? tree : after, answer];
}

type Writing = Parameters<typeof applyOperation>[2];

function applySingle(tree: StoryTree, operation: SubOperation, writing: Writing): [StoryTree, StoryAnswer] {
	const change = applyOperation(tree, operation, writing);
	if (!change.ok) return [tree, { err: change.err, result: { op: "none" } }];
	const { result } = change;
	const bare = result.op === "delete" || result.op === "check" || result.op === "error";
	return [change.tree, { err: 0, result: bare ? { op: "none" } : (result as StoryAnswer["result"]) }];
}

function applyMulti(tree: StoryTree, parts: readonly SubOperation[], writing: Writing): [StoryTree, StoryAnswer] {
	let after = tree;
	const results: SubResult[] = [];
	for (const part of parts) {
		const change = applyOperation(after, part, writing);
		if (!change.ok)
			return [tree, { err: 0, result: { op: "multi", results: failed(parts, results.length, change.err) } }];
		after = change.tree;
		results.push(change.result);
	}
	return [after, { err: 0, result: { op: "multi", results } }];
}

function failed(parts: readonly SubOperation[], at: number, err: number): SubResult[] {
	const errAt = (index: number): number => (index < at ? 0 : index === at ? err : errors.RUNTIMEINCONSISTENCY);
	return parts.map((_, index) => ({ op: "error", err: errAt(index) }));
}
