import type { History } from "../../history/history.js";
import type { HistoryRule, Stat } from "../../history/record.js";
import { noStat } from "../../history/stats.js";
import { floorsOf, isAnswered } from "../answered.js";
import type { Facts } from "../facts.js";
import type { Report, Rule } from "../rule.js";
import { zxidText } from "../words.js";
import { isAcknowledged, writesOf } from "../write.js";

const sumChanges = "consistency.transfers-keep-the-sum";

/**
 * Accounts are the nodes whose paths begin with `accounts`; the number that its data begin with is the balance. Each transfer
 * is a multi that keeps the sum. So at each zxid the sum is the same, wherever it can be told from what anybody saw.
 */
export const bank: Rule = {
	name: "bank",
	clauses: [sumChanges],
	onDemand: true,
	check,
};

/** A balance that an account had from one zxid to another, both included. */
interface Balance {
	readonly since: number;
	until: number;
	readonly amount: number;
	readonly record: number;
}

function check(facts: Facts, report: Report, entry?: HistoryRule): void {
	let before: View | undefined;
	for (const view of viewsOf([...balancesOf(facts, String(entry?.accounts)).values()])) {
		if (before !== undefined && before.sum !== view.sum) tell(report, before, view);
		before = view;
	}
}

/** What all accounts had at each zxid at which one changed, where all are known. */
function* viewsOf(accounts: readonly (readonly Balance[])[]): Generator<View> {
	const places = accounts.map(() => 0);
	const starts = accounts.flatMap((balances) => balances.map(({ since }) => since));
	for (const zxid of starts.toSorted((one, other) => one - other)) {
		const all = accounts.flatMap((balances, account) => {
			let place = places[account] ?? 0;
			while ((balances[place + 1]?.since ?? Number.POSITIVE_INFINITY) <= zxid) place++;
			places[account] = place;
			const balance = balances[place];
			return balance !== undefined && balance.since <= zxid && zxid <= balance.until ? [balance] : [];
		});
		if (all.length < accounts.length) continue;
		yield { zxid, all, sum: all.reduce((total, { amount }) => total + amount, 0) };
	}
}

interface View {
	readonly sum: number;
	readonly zxid: number;
	readonly all: readonly Balance[];
}

function tell(report: Report, before: View, after: View): void {
	const changed = after.all.filter((balance, index) => balance !== before.all[index]);
	const records = [...new Set(changed.map(({ record }) => record))].toSorted((one, other) => one - other);
	report.violated(sumChanges, records, () => {
		const was = `${before.sum} at zxid ${zxidText(before.zxid)}`;
		return `The sum of all accounts was ${was} and is ${after.sum} at zxid ${zxidText(after.zxid)}.`;
	});
}

/** Of each account, by zxid, what it certainly had and how long that is certain. */
function balancesOf({ history, inDoubt }: Facts, prefix: string): Map<string, Balance[]> {
	const found = new Map<string, Map<string, Balance & { readonly czxid: number; readonly version: number }>>();
	for (const { path, stat, data, record, floor } of sightsOf(history, prefix)) {
		const account = found.get(path) ?? new Map();
		found.set(path, account);
		const key = `${stat.czxid} ${stat.version}`;
		const known = account.get(key);
		const until = Math.max(stat.mzxid, floor);
		if (known !== undefined) known.until = Math.max(known.until, until);
		else if (data !== undefined) {
			const amount = Number.parseInt(data, 10);
			account.set(key, { since: stat.mzxid, until, amount, record, czxid: stat.czxid, version: stat.version });
		}
	}
	const isSure = (path: string) => inDoubt.setsOf(history.texts.idOf(path)).length === 0;
	return new Map([...found].map(([path, account]) => [path, joined([...account.values()], isSure(path))]));
}

/** A balance is certain until the next version, if that is known; with no write in doubt, all are known. */
function joined(
	balances: (Balance & { readonly czxid: number; readonly version: number })[],
	isSure: boolean,
): Balance[] {
	const sorted = balances.toSorted((one, other) => one.since - other.since);
	for (const [index, balance] of sorted.entries()) {
		const next = sorted[index + 1];
		const follows = next !== undefined && next.czxid === balance.czxid && next.version === balance.version + 1;
		if (follows || (isSure && next !== undefined)) balance.until = next.since - 1;
		else if (isSure) balance.until = Number.POSITIVE_INFINITY;
	}
	return sorted;
}

interface Sight {
	readonly path: string;
	readonly stat: Pick<Stat, "czxid" | "mzxid" | "version">;
	/** Undefined where the reply does not tell. */
	readonly data: string | undefined;
	readonly record: number;
	/** The state was still this at this zxid. */
	readonly floor: number;
}

function* sightsOf(history: History, prefix: string): Generator<Sight> {
	const { calls, stats, texts } = history;
	const floors = floorsOf(history);
	for (let call = 0; call < calls.count; call++) {
		if (!isAnswered(history, call)) continue;
		const record = calls.endRecord.get(call);
		const stat = calls.stat.get(call);
		const result = stat === noStat ? undefined : calls.resultOf(call);
		if (result?.op === "getData" || result?.op === "exists") {
			const path = texts.textOf(calls.path.get(call));
			const data = result.op === "getData" ? (result.data ?? "") : undefined;
			if (path.startsWith(prefix)) yield { path, stat: stats.statOf(stat), data, record, floor: floors[call] ?? 0 };
		} else if (isAcknowledged(history.calls, call)) yield* writtenSights(history, call, prefix);
	}
}

function* writtenSights({ calls }: History, call: number, prefix: string): Generator<Sight> {
	const zxid = calls.zxid.get(call);
	for (const { operation, result } of writesOf(calls, call)) {
		if (!operation.path.startsWith(prefix) || (operation.op !== "create" && operation.op !== "setData")) continue;
		const stat = result?.op === "create" || result?.op === "setData" ? result.stat : undefined;
		const isNew = operation.op === "create" && stat === undefined;
		if (stat === undefined && !isNew) continue;
		const data = operation.data ?? "";
		const own = stat ?? { czxid: zxid, mzxid: zxid, version: 0 };
		yield { path: operation.path, stat: own, data, record: calls.endRecord.get(call), floor: zxid };
	}
}
