import { encodeUtf8 } from "../lib/utf8.js";
import { type ErrorCode, errors } from "../model/errors.js";
import { type ServerId, serverId } from "../model/ids.js";
import type { Txn } from "../model/txns.js";
import { configPath } from "../tree/path.js";
import type { ReconfigRequest } from "../wire/requests.js";
import {
	configText,
	type EnsembleConfig,
	EnsembleConfigError,
	isEnsembleKey,
	parseConfigText,
	parseEnsembleConfig,
	withVersion,
} from "../zab/ensemble-config.js";
import { describeMember, parseMember } from "../zab/member.js";
import { quorumOf } from "../zab/quorum.js";
import { perms } from "./access.js";
import type { EnsembleView } from "./ensemble-view.js";
import { type Ledger, mayDo, noteNode, type Proposer } from "./prepare.js";

/** The txn that changes who belongs to the ensemble, or the first rule that it breaks, in Apache's order. */
export function prepareReconfig(ledger: Ledger, proposer: Proposer, request: ReconfigRequest): Txn | ErrorCode {
	if (!ledger.config.reconfigEnabled) return errors.reconfigDisabled;
	if (proposer.sessionError !== errors.ok) return proposer.sessionError;
	const view = ledger.ensemble?.();
	if (view === undefined) return errors.unimplemented;
	if (view.status.nextConfig !== undefined || isUnderWay(ledger)) return errors.reconfigInProgress;
	if (request.version !== -1 && request.version !== view.status.config.version) return errors.badVersion;
	const next = nextConfig(view.status.config, request, ledger.config.standaloneEnabled);
	if (typeof next === "number") return next;
	if (!hasSyncedQuorum(view, next)) return errors.newConfigNoQuorum;
	return makeTxn(ledger, proposer, withVersion(next, proposer.zxid));
}

/** Decided and not yet in the tree. */
function isUnderWay({ tree, pending }: Ledger): boolean {
	return pending.maybeNode(configPath)?.stat.mzxid !== tree.node(configPath)?.stat.mzxid;
}

function nextConfig(
	config: EnsembleConfig,
	request: ReconfigRequest,
	standaloneEnabled: boolean,
): EnsembleConfig | ErrorCode {
	const { joining, leaving, newMembers } = request;
	const next = newMembers === null ? changed(config, joining, leaving) : replaced(newMembers, standaloneEnabled);
	if (typeof next === "number") return next;
	return votersOf(next) < (standaloneEnabled ? 2 : 1) ? errors.badArguments : next;
}

const votersOf = ({ members }: EnsembleConfig): number =>
	[...members.values()].filter(({ role }) => role === "participant").length;

/** All at once. Observers without enough voters are a mistake that Apache does not foresee: it answers as to garbage. */
function replaced(text: string, standaloneEnabled: boolean): EnsembleConfig | ErrorCode {
	const lines = text.replaceAll(",", "\n");
	const keys = lines.split("\n").filter((line) => /^\s*[^#!\s]/.test(line));
	if (!keys.every((line) => isEnsembleKey(line.split("=")[0]?.trim() ?? ""))) return errors.badArguments;
	const config = valid(() => parseConfigText(lines));
	if (typeof config === "number") return config;
	const voters = votersOf(config);
	const observers = config.members.size - voters;
	const tooFew = voters === 0 || (voters === 1 && standaloneEnabled);
	return tooFew && observers > 0 ? errors.marshallingError : config;
}

/** Those who leave go first, so that one server can leave and another take its address. */
function changed(config: EnsembleConfig, joining: string | null, leaving: string | null): EnsembleConfig | ErrorCode {
	if (config.groups !== undefined) return errors.badArguments;
	const lines = new Map([...config.members].map(([id, member]) => [`server.${id}`, describeMember(member)]));
	for (const text of partsOf(leaving)) {
		if (!isNumber(text)) return errors.marshallingError;
		lines.delete(`server.${Number(text)}`);
	}
	for (const text of partsOf(joining)) {
		const [key = "", value, ...more] = text.split("=").map((part) => part.trim());
		if (value === undefined || more.length > 0) return errors.badArguments;
		const id = key.slice(key.lastIndexOf(".") + 1);
		if (!isNumber(id)) return errors.marshallingError;
		const member = parseMember(serverId(Number(id)), value);
		if (typeof member === "string" || member.client === undefined) return errors.badArguments;
		lines.set(`server.${Number(id)}`, value);
	}
	return valid(() => parseEnsembleConfig(lines));
}

function partsOf(text: string | null): string[] {
	return (text ?? "")
		.split(",")
		.map((part) => part.trim())
		.filter((part) => part !== "");
}

const isNumber = (text: string): boolean => /^[+-]?\d{1,19}$/.test(text);

function valid(parse: () => EnsembleConfig): EnsembleConfig | ErrorCode {
	try {
		return parse();
	} catch (error) {
		if (error instanceof EnsembleConfigError) return errors.badArguments;
		throw error;
	}
}

/**
 * The new voters that can go on at once are enough: they follow already, and have all that the leader has. One that has
 * just become an observer still follows, but comes back as what it is: it could not acknowledge this change any more.
 */
function hasSyncedQuorum({ ownId, status }: EnsembleView, next: EnsembleConfig): boolean {
	const { members } = status.config;
	const stays = (id: ServerId): boolean => members.get(id)?.role !== "observer";
	const followers = status.learners.filter(({ id, synced, role }) => synced && role === "follower" && stays(id));
	return quorumOf(next).isQuorum(new Set([ownId, ...followers.map(({ id }) => id)]));
}

function makeTxn(ledger: Ledger, proposer: Proposer, next: EnsembleConfig): Txn | ErrorCode {
	const node = ledger.pending.maybeNode(configPath);
	if (node === undefined) return errors.noNode;
	if (!mayDo(ledger, node.acl, perms.write, proposer)) return errors.noAuth;
	const data = encodeUtf8(configText(next));
	const stat = { ...node.stat, version: -1, mzxid: proposer.zxid, mtimeMs: proposer.timeMs };
	noteNode(ledger.pending, proposer.zxid, configPath, { ...node, stat, dataBytes: data.length });
	return { type: 16, path: configPath, data, version: -1 };
}

/** A member that begins to serve shows in its tree what it goes by. */
export function showConfig({ tree, ensemble }: Ledger, timeMs: number): void {
	const view = ensemble?.();
	if (view === undefined) return;
	const { config } = view.status;
	tree.setConfig(encodeUtf8(configText(config)), config.version, timeMs);
}
