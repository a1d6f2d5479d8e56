import type { Fields, Value } from "../../conformance/client/value.js";
import type { Chance } from "./chance.js";
import {
	aclList,
	anyPath,
	authentication,
	data,
	existingPath,
	newPath,
	oddBody,
	quotaNode,
	someQuotaPath,
	version,
} from "./ingredients.js";
import type { Knowledge } from "./knowledge.js";
import type { Action, Step } from "./program.js";

/** The next step of a program; the same draws and the same knowledge give the same step. */
export function nextStep(id: number, chance: Chance, knowledge: Knowledge): Step {
	const session = chance.weighted([
		[4, "a"],
		[3, "b"],
		[2, "c"],
		[1, "d"],
	] as const);
	return { id, session, action: actionFor(session, id, chance, knowledge) };
}

function actionFor(session: string, id: number, chance: Chance, knowledge: Knowledge): Action {
	const connected = knowledge.connected.get(session);
	if (connected === undefined) return { kind: "connect" };
	if (!connected) {
		return chance.weighted<Action>([
			[8, { kind: "resume", password: "own" }],
			[1, { kind: "resume", password: "wrong" }],
			[3, { kind: "connect" }],
		]);
	}
	if (chance.happens(0.015)) return { kind: chance.pick(["drop", "drop", "connect"]) };
	if (chance.happens(0.01)) return { kind: "frame", ...oddBody(chance) };
	const [operation, fields, sinceStep] = request(id, chance, knowledge);
	return { kind: "call", operation, fields, ...(sinceStep === undefined ? {} : { sinceStep }) };
}

type Request = readonly [operation: string, fields: Value, sinceStep?: number];
type Maker = (chance: Chance, knowledge: Knowledge, id: number) => Request;

const makers: readonly (readonly [number, Maker])[] = [
	[14, createRequest],
	[8, (chance, knowledge) => ["delete", deletion(chance, knowledge)]],
	[8, (chance, knowledge) => ["setData", change(chance, knowledge)]],
	[5, (chance, knowledge) => ["getData", read(chance, knowledge)]],
	[5, (chance, knowledge) => ["exists", read(chance, knowledge)]],
	[3, (chance, knowledge) => ["getChildren", read(chance, knowledge)]],
	[5, (chance, knowledge) => ["getChildren2", read(chance, knowledge)]],
	[3, (chance, knowledge) => ["getACL", { path: existingPath(chance, knowledge) }]],
	[2, (chance, knowledge) => ["setACL", aclChange(chance, knowledge)]],
	[8, (chance, knowledge) => ["multi", { ops: writes(chance, knowledge) }]],
	[3, (chance, knowledge) => ["multiRead", { ops: reads(chance, knowledge) }]],
	[5, (chance, knowledge) => ["addWatch", { path: watchable(chance, knowledge), mode: addWatchMode(chance) }]],
	[2, (chance, knowledge) => ["removeWatches", { path: watchable(chance, knowledge), type: watcherType(chance) }]],
	[2, (chance, knowledge) => ["checkWatches", { path: watchable(chance, knowledge), type: watcherType(chance) }]],
	[2, setWatchesRequest],
	[1, (chance, knowledge) => ["sync", { path: existingPath(chance, knowledge) }]],
	[1, (chance) => ["getEphemerals", { prefixPath: chance.pick([null, "", "/", "$root", "$root/a", "$root/b/c"]) }]],
	[1, (chance, knowledge) => ["getAllChildrenNumber", { path: existingPath(chance, knowledge) }]],
	[1, () => ["whoAmI", {}]],
	[2, (chance) => ["auth", authentication(chance)]],
	[2, quotaRequest],
	[0.4, () => ["closeSession", {}]],
];

function request(id: number, chance: Chance, knowledge: Knowledge): Request {
	return chance.weighted(makers)(chance, knowledge, id);
}

function createRequest(chance: Chance, knowledge: Knowledge): Request {
	const operation = chance.weighted([
		[5, "create"],
		[5, "create2"],
		[1, "createContainer"],
		[1, "createTTL"],
	]);
	return [operation, creation(operation, chance, knowledge)];
}

function creation(operation: string, chance: Chance, knowledge: Knowledge): Fields {
	const common = { path: newPath(chance, knowledge), data: data(chance), acl: aclList(chance) };
	if (operation === "createContainer")
		return {
			...common,
			flags: chance.weighted([
				[9, 4],
				[1, 0],
			]),
		};
	if (operation === "createTTL") return { ...common, flags: chance.pick([5, 6]), ttl: timeToLive(chance) };
	const flags = chance.weighted([
		[8, 0],
		[3, 1],
		[3, 2],
		[2, 3],
		[0.3, 4],
		[0.2, 5],
		[0.2, chance.pick([6, 7, -1, 99])],
	]);
	return { ...common, flags };
}

/** Long enough to outlive every program. */
function timeToLive(chance: Chance): Value {
	return chance.weighted<Value>([
		[8, 100_000_000],
		[1, chance.pick<Value>([0, -1, 0xffffffffff, 0x10000000000])],
	]);
}

function deletion(chance: Chance, knowledge: Knowledge): Fields {
	const path = existingPath(chance, knowledge);
	return { path, version: version(chance, path, knowledge) };
}

function change(chance: Chance, knowledge: Knowledge): Fields {
	return { ...deletion(chance, knowledge), data: data(chance) };
}

function read(chance: Chance, knowledge: Knowledge): Fields {
	return { path: existingPath(chance, knowledge), watch: chance.happens(0.35) };
}

function aclChange(chance: Chance, knowledge: Knowledge): Fields {
	return {
		path: existingPath(chance, knowledge),
		acl: aclList(chance),
		version: chance.weighted([
			[6, -1],
			[3, 0],
			[2, 1],
			[1, 2],
		]),
	};
}

function writes(chance: Chance, knowledge: Knowledge): Value {
	const operations = ["create", "create", "create2", "delete", "setData", "check", "createContainer", "createTTL"];
	const list = chance
		.some(operations, 5)
		.map((operation): Fields => ({ [operation]: write(operation, chance, knowledge) }));
	if (!chance.happens(0.03)) return list;
	return [...list, { [chance.pick(["getData", "sync", "setACL", "exists"])]: { path: anyPath(chance) } }];
}

function write(operation: string, chance: Chance, knowledge: Knowledge): Fields {
	if (operation.startsWith("create")) return creation(operation, chance, knowledge);
	return operation === "setData" ? change(chance, knowledge) : deletion(chance, knowledge);
}

function reads(chance: Chance, knowledge: Knowledge): Value {
	return chance.some(["getData", "getChildren"], 4).map((operation) => ({ [operation]: read(chance, knowledge) }));
}

function watchable(chance: Chance, knowledge: Knowledge): Value {
	return chance.happens(0.1) ? chance.pick(["$root", "/", "$root/a"]) : existingPath(chance, knowledge);
}

function addWatchMode(chance: Chance): number {
	return chance.weighted([
		[9, 0],
		[9, 1],
		[1, chance.pick([2, -1])],
	]);
}

function watcherType(chance: Chance): number {
	return chance.weighted([
		[4, 1],
		[4, 2],
		[4, 3],
		[3, 4],
		[3, 5],
		[1, chance.pick([0, 6])],
	]);
}

function setWatchesRequest(chance: Chance, knowledge: Knowledge, id: number): Request {
	const list = () => chance.some([existingPath(chance, knowledge), anyPath(chance), anyPath(chance)], 2);
	const lists = { dataWatches: list(), existWatches: list(), childWatches: list() };
	const sinceStep = chance.below(id + 1);
	if (chance.happens(0.5)) return ["setWatches", lists, sinceStep];
	return ["setWatches2", { ...lists, persistentWatches: list(), persistentRecursiveWatches: list() }, sinceStep];
}

function quotaRequest(chance: Chance): Request {
	const node = quotaNode(chance);
	return chance.weighted<Request>([
		[6, ["create", { ...node, flags: 0 }]],
		[2, ["getData", { path: someQuotaPath(chance), watch: chance.happens(0.3) }]],
		[1, ["setData", { ...node, version: -1 }]],
		[1, ["delete", { path: someQuotaPath(chance), version: -1 }]],
		[1, ["getChildren2", { path: someQuotaPath(chance), watch: false }]],
	]);
}
