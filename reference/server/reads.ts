import { unreachable } from "../lib/assert.js";
import { type ErrorCode, errors } from "../model/errors.js";
import type { Acl, Id } from "../model/records.js";
import { type DataNode, statOf } from "../tree/data-node.js";
import type { DataTree } from "../tree/data-tree.js";
import type { PartResult, ReplyBody } from "../wire/replies.js";
import type { PathReadRequest, ReadRequest, SetWatchesRequest } from "../wire/requests.js";
import { isGranted, masked, perms, userOf } from "./access.js";
import type { ServerConfig } from "./config.js";
import type { Connection } from "./connection.js";
import { watchModes } from "./watch-table.js";
import type { Watches } from "./watches.js";

/** What a read is answered from. */
export interface Library {
	readonly tree: DataTree;
	readonly watches: Watches<Connection>;
	readonly config: ServerConfig;
}

const none: ReplyBody = { type: "none" };

/** The body of the reply, or the error; a watch that was asked for is set. */
export function answer(
	library: Library,
	connection: Connection,
	ids: readonly Id[],
	request: ReadRequest,
): ReplyBody | ErrorCode {
	switch (request.type) {
		case "exists":
		case "getData":
		case "getChildren":
		case "getChildren2":
			return answerPathRead(library, connection, ids, request);
		case "ping":
			return none;
		case "sync":
			return { type: "path", path: request.path };
		case "multiRead":
			return { type: "parts", results: request.ops.map((op) => answerPart(library, ids, op)) };
		case "getAcl":
			return answerGetAcl(library, ids, request.path);
		case "getAllChildrenNumber":
			return answerCount(library, ids, request.path);
		case "getEphemerals":
			return answerEphemerals(library, connection, request.path ?? "");
		case "whoAmI":
			return { type: "ids", ids: ids.map(userOf) };
		default:
			return answerWatchRequest(library, connection, request);
	}
}

function answerPathRead(
	library: Library,
	connection: Connection,
	ids: readonly Id[],
	request: PathReadRequest,
): ReplyBody | ErrorCode {
	if (request.type === "exists") return answerExists(library, connection, ids, request);
	const node = readable(library, ids, request.path);
	if (typeof node === "number") return node;
	if (request.watch) watchTable(library, request.type).add(request.path, connection, watchModes.standard);
	if (request.type === "getData") return { type: "data", data: node.data, stat: statOf(node) };
	const stat = request.type === "getChildren2" ? statOf(node) : null;
	return { type: "children", ...childrenOf(node), stat };
}

/** The watch is set also when there is no node: then it waits for the node to be created. */
function answerExists(
	{ tree, watches, config }: Library,
	connection: Connection,
	ids: readonly Id[],
	{ path, watch }: PathReadRequest,
): ReplyBody | ErrorCode {
	if (path.includes("\0")) return errors.badArguments;
	const node = tree.node(path);
	if (node !== undefined && !mayRead(config, node.acl, ids)) return errors.noAuth;
	if (watch) watches.data.add(path, connection, watchModes.standard);
	return node === undefined ? errors.noNode : { type: "stat", stat: statOf(node) };
}

function answerPart(library: Library, ids: readonly Id[], { type, path }: PathReadRequest): PartResult {
	const node = readable(library, ids, path);
	if (typeof node === "number") return { type: "error", error: node };
	if (type === "getData") return { type: "data", data: node.data, stat: statOf(node) };
	return { type: "children", ...childrenOf(node) };
}

function answerGetAcl({ tree, config }: Library, ids: readonly Id[], path: string): ReplyBody | ErrorCode {
	const node = tree.node(path);
	if (node === undefined) return errors.noNode;
	if (!config.skipAcl && !isGranted(node.acl, perms.read | perms.admin, ids)) return errors.noAuth;
	const isAdmin = config.skipAcl || isGranted(node.acl, perms.admin, ids);
	return { type: "acl", acl: isAdmin ? node.acl : masked(node.acl), stat: statOf(node) };
}

function answerCount(library: Library, ids: readonly Id[], path: string): ReplyBody | ErrorCode {
	const node = readable(library, ids, path);
	if (typeof node === "number") return node;
	// Below the empty path, which is the root's other name, Apache finds the root as well.
	return { type: "number", value: library.tree.countBelow(path) + (path === "" ? 1 : 0) };
}

/** A prefix of text, not of components. */
function answerEphemerals({ tree }: Library, { session }: Connection, prefix: string): ReplyBody {
	const paths = session === null ? [] : [...tree.index.ephemerals(session.id)];
	const children = prefix === "" || prefix === "/" ? paths : paths.filter((path) => path.startsWith(prefix));
	return { type: "children", children, count: children.length, stat: null };
}

type WatchRequest = Extract<ReadRequest, SetWatchesRequest | { watcherType: number } | { mode: number }>;

function answerWatchRequest(
	{ watches, tree }: Library,
	connection: Connection,
	request: WatchRequest,
): ReplyBody | ErrorCode {
	switch (request.type) {
		case "setWatches":
			watches.restore(request, connection, tree);
			return none;
		case "addWatch": {
			const added = watches.addPersistent(request.path, connection, request.mode);
			return added ? { type: "number", value: 0 } : errors.marshallingError;
		}
		case "checkWatches":
			return watchAnswer(watches.maybeHas(request.path, connection, request.watcherType));
		case "removeWatches":
			return watchAnswer(watches.maybeRemove(request.path, connection, request.watcherType));
		default:
			return unreachable(request);
	}
}

function watchAnswer(found: boolean | undefined): ReplyBody | ErrorCode {
	if (found === undefined) return errors.marshallingError;
	return found ? none : errors.noWatcher;
}

function readable({ tree, config }: Library, ids: readonly Id[], path: string): DataNode | ErrorCode {
	const node = tree.node(path);
	if (node === undefined) return errors.noNode;
	return mayRead(config, node.acl, ids) ? node : errors.noAuth;
}

function mayRead(config: ServerConfig, acl: readonly Acl[], ids: readonly Id[]): boolean {
	return config.skipAcl || isGranted(acl, perms.read, ids);
}

function watchTable({ watches }: Library, type: PathReadRequest["type"]): Watches<Connection>["data"] {
	return type === "getData" ? watches.data : watches.child;
}

function childrenOf(node: DataNode): { readonly children: Iterable<string>; readonly count: number } {
	return { children: node.children?.keys() ?? [], count: node.children?.size ?? 0 };
}
