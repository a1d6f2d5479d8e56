import type { Reader } from "../lib/reader.js";
import { errors } from "../model/errors.js";
import { describeZxid, type SessionId, type Zxid } from "../model/ids.js";
import { readStat } from "../wire/records.js";
import type { ReplyHeader } from "../wire/replies.js";
import type { RequestOp } from "./client-codec.js";
import { describeSession, type Truth } from "./truth.js";
import { mustHold } from "./violation.js";

export interface Answered {
	readonly op: RequestOp;
	readonly head: ReplyHeader;
	/** Behind the head. */
	readonly body: Reader;
	readonly session: SessionId;
}

const writes: ReadonlySet<RequestOp["type"]> = new Set(["create", "set", "delete", "multi", "reconfig", "close"]);

/** Compares an answer with what the committed sequence says. */
export function checkAnswer(truth: Truth, answered: Answered): void {
	const { op, head } = answered;
	if (writes.has(op.type)) checkWrite(truth, answered);
	else if (op.type === "get" || op.type === "exists") checkNode(truth, answered, op.path);
	else if (op.type === "children" && head.error === errors.ok) checkChildren(truth, answered, op.path);
}

/** Refused without having been decided: the session is over, or it was taken to another server. */
const undecided: ReadonlySet<number> = new Set([errors.sessionExpired, errors.sessionMoved]);

function checkWrite(truth: Truth, { op, head, session }: Answered): void {
	if (undecided.has(head.error)) return;
	const entry = truth.maybe(head.zxid);
	const isOurs = entry !== undefined && entry.header.session === session && entry.header.cxid === head.xid;
	mustHold(isOurs, "nothing acknowledged is lost", () => {
		const found = entry === undefined ? "nothing is" : `request ${entry.header.cxid} of another is`;
		return `${op.type}, request ${head.xid} of ${describeSession(session)}, was answered with ${describeZxid(head.zxid)}, where ${found}`;
	});
	const error = entry?.txn.type === -1 ? entry.txn.error : undefined;
	mustHold((error ?? 0) === head.error || op.type === "multi", "the answer is what was decided", () => {
		return `${op.type} at ${describeZxid(head.zxid)} was answered with ${head.error}, decided was ${error ?? 0}`;
	});
}

function checkNode(truth: Truth, { op, head, body }: Answered, path: string): void {
	const node = truth.history.maybeNode(path, head.zxid);
	if (head.error === errors.noNode) {
		mustHold(node === undefined, "a read shows the state of its zxid", () => {
			return `${op.type} ${path} found nothing at ${describeZxid(head.zxid)}, but it was there since ${describeZxid(node?.czxid as Zxid)}`;
		});
		return;
	}
	if (head.error !== errors.ok) return;
	const data = op.type === "get" ? body.buffer() : undefined;
	const stat = readStat(body);
	const isSame =
		node !== undefined &&
		node.czxid === stat.czxid &&
		node.zxid === stat.mzxid &&
		node.version === stat.version &&
		(node.owner ?? 0n) === stat.ephemeralOwner &&
		(data === undefined || sameBytes(data, node.data ?? null));
	mustHold(isSame, "a read shows the state of its zxid", () => {
		const shown = `version ${stat.version} of ${describeZxid(stat.mzxid)}, created ${describeZxid(stat.czxid)}`;
		const right = node && `version ${node.version} of ${describeZxid(node.zxid)}, created ${describeZxid(node.czxid)}`;
		return `${op.type} ${path} at ${describeZxid(head.zxid)} showed ${shown}; right is ${right ?? "no node"}`;
	});
}

function checkChildren(truth: Truth, { head, body }: Answered, path: string): void {
	if (path === "/") return;
	const names = (body.vector(() => body.ustring() ?? "") ?? []).sort();
	const right = truth.history.childrenOf(path, head.zxid);
	mustHold(names.join() === right.join(), "a read shows the state of its zxid", () => {
		return `children of ${path} at ${describeZxid(head.zxid)}: ${names.join(" ")}; right is ${right.join(" ")}`;
	});
}

function sameBytes(one: Uint8Array | null, other: Uint8Array | null): boolean {
	if (one === null || other === null) return one === other;
	return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
