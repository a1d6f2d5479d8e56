import type { Value } from "../../conformance/client/value.js";
import type { Chance } from "./chance.js";
import type { Knowledge } from "./knowledge.js";

const quotaRoot = "/zookeeper/quota$root";
const oddPaths: readonly Value[] = [
	null,
	"",
	"/",
	"relative",
	"$root/",
	"$root/a/",
	"$root//a",
	"$root/./a",
	"$root/a/..",
	"$root/.b",
	"$root/b.",
	"$root/...",
	"$root/a\u0001",
	"$root/a\u0000",
	"$root/a\u007f",
	"$root/a\ud7ff",
	"$root/a\uf8ff",
	"$root/a\uf900",
	"$root/a\ufff0",
	"$root/é",
	"$root/a b",
	"$rootx",
	"/zookeeper",
	"/zookeeper/config",
	"/zookeeper/quota",
];

export function anyPath(chance: Chance): string {
	const depth = 1 + chance.below(3);
	return `$root${Array.from({ length: depth }, () => `/${chance.pick(["a", "b", "c"])}`).join("")}`;
}

/** Mostly a node that is there, now and then one that can not be. */
export function existingPath(chance: Chance, knowledge: Knowledge): Value {
	const nodes = [...knowledge.nodes.keys()];
	if (chance.happens(0.03)) return chance.pick(oddPaths);
	if (nodes.length === 0 || chance.happens(0.25)) return chance.happens(0.1) ? "$root" : anyPath(chance);
	return chance.pick(nodes);
}

export function newPath(chance: Chance, knowledge: Knowledge): Value {
	if (chance.happens(0.06)) return chance.pick(oddPaths);
	const nodes = [...knowledge.nodes.keys()].filter((path) => path.split("/").length < 6);
	if (nodes.length === 0 || chance.happens(0.3)) return anyPath(chance);
	return `${chance.pick(nodes)}/${chance.pick(["a", "b", "c"])}`;
}

export function data(chance: Chance): Value {
	return chance.weighted<Value>([
		[6, chance.pick(["", "x", "some data", "more"])],
		[1, null],
		[1, { hex: "00ff80" }],
		[1, { text: "y", times: 1 + chance.below(300) }],
	]);
}

export function version(chance: Chance, path: Value, knowledge: Knowledge): number {
	return chance.weighted([
		[5, -1],
		[4, knowledge.nodes.get(String(path)) ?? 0],
		[1, chance.pick([0, 1, 2, -2, 2147483647, -2147483648])],
	]);
}

const acl = (perms: Value, scheme: Value, id: Value): Value => ({ perms, id: { scheme, id } });
const everyone = acl(31, "world", "anyone");
const ann = acl(31, "digest", "ann:7RJfAeIvrl4zdj6sS2fXrQHDvHM=");
const bob = acl(31, "digest", "bob:t6EE4g1VcSWwVE0HlwKXoBOX6Vk=");
const goodLists: readonly Value[] = [
	[acl(1, "world", "anyone")],
	[acl(15, "world", "anyone")],
	[acl(30, "world", "anyone")],
	[acl(1, "world", "anyone"), ann],
	[ann],
	[bob, acl(5, "world", "anyone")],
	[ann, everyone, ann],
	[acl(31, "auth", "")],
	[acl(7, "auth", "whoever"), acl(9, "world", "anyone")],
	[acl(31, "ip", "127.0.0.1")],
	[acl(23, "ip", "127.0.0.0/8"), acl(1, "world", "anyone")],
	[acl(31, "ip", "10.0.0.0/8"), everyone],
	[acl(255, "world", "anyone")],
	[acl(0, "world", "anyone"), ann],
];
const badLists: readonly Value[] = [
	null,
	[],
	[acl(31, "nothing", "x")],
	[everyone, acl(31, "nothing", "x")],
	[acl(31, "world", "somebody")],
	[acl(31, "digest", "nocolon")],
	[acl(31, "digest", "a:b:c")],
	[acl(31, "ip", "300.0.0.1")],
	[acl(31, "ip", "10.0.0.0/33")],
	[acl(31, "ip", "10.0.0.0/x")],
	[acl(31, "ip", "")],
	[acl(31, "x509", "CN=x")],
	[acl(31, "super", "x")],
];

export function aclList(chance: Chance): Value {
	return chance.weighted<Value>([
		[14, [everyone]],
		[4, chance.pick(goodLists)],
		[1, chance.pick(badLists)],
	]);
}

export function authentication(chance: Chance): Value {
	return chance.weighted<Value>([
		[6, { scheme: "digest", auth: "ann:secret" }],
		[6, { scheme: "digest", auth: "bob:hidden" }],
		[2, { scheme: "digest", auth: "bob:wrong" }],
		[1, { scheme: "digest", auth: "nocolon" }],
		[1, { scheme: "digest", auth: "" }],
		[1, { scheme: "digest", auth: "a:b:c" }],
		[1, { scheme: "ip", auth: "1.2.3.4" }],
		[2, { scheme: "digest", auth: "super:zkspec" }],
		[1, { scheme: chance.pick(["world", "nothing", "auth", "sasl", ""]), auth: "x" }],
	]);
}

/** A request that makes or changes a quota below the program's own root. */
export function quotaNode(chance: Chance): { readonly path: string; readonly data: Value } {
	const place = `${quotaRoot}${chance.pick(["", "/a", "/b", "/a/b"])}`;
	const limits = ["count=3,bytes=-1", "count=-1,bytes=10", "count=-1,bytes=-1=;byteHardLimit=20;countHardLimit=6"];
	return chance.weighted([
		[3, { path: place, data: "" }],
		[3, { path: `${place}/zookeeper_limits`, data: chance.pick(limits) }],
		[1, { path: `${place}/zookeeper_stats`, data: "count=0,bytes=0" }],
	]);
}

export function someQuotaPath(chance: Chance): string {
	const place = `${quotaRoot}${chance.pick(["", "/a", "/b", "/a/b"])}`;
	return `${place}${chance.pick(["", "/zookeeper_limits", "/zookeeper_stats", "/zookeeper_stats"])}`;
}

/** Bodies that are cut off, too long, or carry lengths that can not be. */
export function oddBody(chance: Chance): { readonly operation: string; readonly parts: readonly Value[] } {
	const path = { ustring: anyPath(chance) };
	const reads = ["getData", "exists", "getChildren", "getChildren2"];
	return chance.pick([
		{ operation: chance.pick(reads), parts: [path] },
		{ operation: chance.pick(reads), parts: [path, { hex: "02" }] },
		{ operation: chance.pick(reads), parts: [path, { hex: "00ffff" }] },
		{ operation: chance.pick(reads), parts: [{ int: 400 }, { hex: "2f61" }] },
		{ operation: chance.pick(reads), parts: [{ int: -2 }, { hex: "00" }] },
		{ operation: chance.pick(reads), parts: [{ int: 3 }, { hex: "2fff61" }, { hex: "00" }] },
		{ operation: chance.pick(["create", "create2"]), parts: [path, { buffer: "x" }, { int: -1 }, { int: 0 }] },
		{ operation: chance.pick(["create", "create2"]), parts: [path, { buffer: "x" }, { int: -5 }, { int: 0 }] },
		{ operation: chance.pick(["create", "create2"]), parts: [path, { buffer: "x" }, { int: 1000 }, { int: 0 }] },
		{ operation: chance.pick(["create", "create2", "createContainer"]), parts: [path, { buffer: "x" }] },
		{ operation: chance.pick(["delete", "setData", "setACL", "multi"]), parts: [path] },
		{ operation: chance.pick(["delete", "setData", "setACL", "multi", "sync"]), parts: [] },
		{ operation: chance.pick(["addWatch", "removeWatches", "checkWatches"]), parts: [path, { hex: "0000" }] },
		{ operation: chance.pick(["setWatches", "setWatches2"]), parts: [{ long: 0 }, { int: 2 }, path] },
		{ operation: chance.pick(["getEphemerals", "getAllChildrenNumber", "multiRead"]), parts: [] },
		{ operation: "multi", parts: [{ int: 1 }, { hex: "00" }, { int: -1 }, path] },
		{ operation: "multi", parts: [{ int: 4 }, { hex: "00" }, { int: -1 }, path, { hex: "00" }] },
		{ operation: "setData", parts: [path, { int: -1 }, { int: -1 }, { hex: "ff" }] },
	]);
}
