import { unreachable } from "../lib/assert.js";
import { type ErrorCode, errors } from "../model/errors.js";
import type { Txn } from "../model/txns.js";
import type { TxnResult } from "../tree/apply-result.js";
import type { DataTree } from "../tree/data-tree.js";
import { configPath } from "../tree/path.js";
import type { PartResult, ReplyBody } from "../wire/replies.js";
import type { TxnRequest, WriteRequest } from "../wire/requests.js";
import { type Ledger, type Proposer, prepare, prepareCloseSession, prepareMulti } from "./prepare.js";
import { prepareReconfig } from "./reconfig.js";

/** The txn for a request: an error txn for one that is refused, because that takes its place in the order as well. */
export function decide(ledger: Ledger, proposer: Proposer, request: TxnRequest): Txn {
	const outcome = outcomeOf(ledger, proposer, request);
	return typeof outcome === "number" ? { type: -1, error: outcome } : outcome;
}

function outcomeOf(ledger: Ledger, proposer: Proposer, request: TxnRequest): Txn | ErrorCode {
	switch (request.type) {
		case "multi":
			return prepareMulti(ledger, proposer, request.ops);
		case "closeSession":
			return prepareCloseSession(ledger, proposer.session, proposer.zxid);
		case "createSession":
			// A session that ends must not come back behind its end: nobody would end it again.
			return proposer.sessionError === errors.ok ? { type: -10, timeoutMs: request.timeoutMs } : proposer.sessionError;
		case "reconfig":
			return prepareReconfig(ledger, proposer, request);
		// Only the server's own cleaner may ask for this; Apache 3.9 would delete any node for anybody.
		case "deleteContainer":
			return errors.badArguments;
		case "malformedWrite":
			return errors.marshallingError;
		default:
			return prepare(ledger, proposer, request);
	}
}

const none: ReplyBody = { type: "none" };

/** The body of the reply to a change that was applied without an error. */
export function replyBody(tree: DataTree, request: TxnRequest, result: TxnResult): ReplyBody {
	if (request.type === "multi") return { type: "parts", results: partResults(request.ops, result.results ?? []) };
	if (request.type === "create") return { type: "path", path: result.path };
	if (result.stat === null) return none;
	if (request.type === "setData" || request.type === "setAcl") return { type: "stat", stat: result.stat };
	if (request.type === "reconfig") return { type: "data", data: tree.mustNode(configPath).data, stat: result.stat };
	return { type: "pathStat", path: result.path ?? "", stat: result.stat };
}

function partResults(ops: readonly WriteRequest[], results: readonly TxnResult[]): PartResult[] {
	const failed = results.some((result) => result.error !== errors.ok);
	return results.map((result, i) => {
		const op = ops[i];
		if (failed || op === undefined) return { type: "error", error: result.error };
		return partResult(op, result);
	});
}

function partResult(op: WriteRequest, { path, stat }: TxnResult): PartResult {
	switch (op.type) {
		case "create":
			return { type: "created", path: path ?? "" };
		case "create2":
		case "createContainer":
		case "createTtl":
			return stat === null ? { type: "checked" } : { type: "createdStat", path: path ?? "", stat };
		case "setData":
			return stat === null ? { type: "checked" } : { type: "set", stat };
		case "delete":
			return { type: "deleted" };
		case "check":
			return { type: "checked" };
		default:
			return unreachable(op);
	}
}
