import type { History } from "../../history/history.js";
import { operationCode } from "../../history/operation-code.js";
import { sessionOfCall } from "../answered.js";
import { isCreated } from "../changes.js";
import type { Facts } from "../facts.js";
import type { Report, Rule } from "../rule.js";
import { shownPath, showsStat } from "../sighting.js";
import { callText, sentence, sessionText } from "../words.js";
import { isEphemeral, modeOf, writesOf } from "../write.js";

/** Whose a node is follows from who made it, and as what. A wrong owner is a lock that ends with another's session, or never. */
export const owners: Rule = { name: "owners", clauses: ["stat.ephemeral-owner"], check };

function check(facts: Facts, report: Report): void {
	const { calls } = facts.history;
	for (let call = 0; call < calls.count; call++) {
		if (calls.op.get(call) === operationCode.multi) checkParts(facts.history, report, call);
		else if (showsStat(calls, call)) checkShown(facts, report, call);
	}
}

/** A later part can delete the node and make another in its place, so that each is judged for itself. */
function checkParts(history: History, report: Report, call: number): void {
	for (const { operation, result } of writesOf(history.calls, call)) {
		if (operation.op !== "create" || result?.op !== "create" || result.stat === undefined) continue;
		const made = { maker: call, path: result.path, isOwned: isEphemeral(operation.mode) };
		compare(history, report, made, { call, owner: result.stat.ephemeralOwner });
	}
}

function checkShown({ history, changes }: Facts, report: Report, call: number): void {
	const { calls, stats, texts } = history;
	const stat = calls.stat.get(call);
	const node = shownPath(calls, call);
	const created = changes.find(node, stats.czxid.get(stat), isCreated);
	const maker = created < 0 ? -1 : changes.call(created);
	if (maker < 0) return;
	const path = texts.textOf(node);
	const made = { maker, path, isOwned: makesEphemeral(history, maker, path) };
	compare(history, report, made, { call, owner: stats.ownerOf(stat) });
}

/** Whether the acknowledged create, or the last part of the multi that creates this node, asks for an ephemeral. */
function makesEphemeral({ calls }: History, call: number, path: string): boolean {
	if (calls.op.get(call) === operationCode.create) return isEphemeral(modeOf(calls, call));
	const made = writesOf(calls, call).findLast(({ result }) => result?.op === "create" && result.path === path);
	return made?.operation.op === "create" && isEphemeral(made.operation.mode);
}

interface Made {
	/** The acknowledged create or multi. */
	readonly maker: number;
	readonly path: string;
	readonly isOwned: boolean;
}

function compare(history: History, report: Report, made: Made, shown: { call: number; owner: bigint }): void {
	const { maker, path, isOwned } = made;
	const session = sessionOfCall(history, maker);
	if (shown.owner === (isOwned ? session : 0n)) return;
	const { endRecord } = history.calls;
	report.violated("stat.ephemeral-owner", [endRecord.get(maker), endRecord.get(shown.call)], () => {
		const kind = isOwned ? `an ephemeral of session ${sessionText(session)}` : "no ephemeral";
		const owner = `${callText(history, shown.call)} shows owner ${sessionText(shown.owner)}`;
		return sentence(`${callText(history, maker)} made ${path} as ${kind}; ${owner}.`);
	});
}
