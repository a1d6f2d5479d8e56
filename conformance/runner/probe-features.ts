import type { ScenarioEnvironment } from "../scenario/environment.js";
import type { ScenarioClient } from "../scenario/scenario-client.js";
import type { Notes } from "./probe.js";
import { ask, bye, greet } from "./probe-client.js";

const sessionTimeoutMs = 30_000;
/** Far longer than any run: the node is deleted, it must not expire meanwhile. */
const ttlMs = 3_600_000;

/** TTL nodes, containers, hard quotas and superuser credentials, each by using it once. */
export async function probeFeatures(environment: ScenarioEnvironment, notes: Notes, exclusive: boolean): Promise<void> {
	await probeCreate(environment, notes, "ttl", "createTTL", { ttl: ttlMs });
	await probeCreate(environment, notes, "containers", "createContainer", {});
	if (exclusive) await probeQuota(environment, notes);
	else notes.reasons.set("enforceQuota", "finding out writes below /zookeeper/quota (--exclusive)");
	await probeSuper(environment, notes);
}

async function probeCreate(
	environment: ScenarioEnvironment,
	notes: Notes,
	fact: string,
	operation: string,
	fields: Readonly<Record<string, number>>,
): Promise<void> {
	const { replyTimeoutMs, root } = environment;
	const { client } = await greet(environment, sessionTimeoutMs);
	const path = `${root}/probe-${fact}`;
	const { error } = await ask(client, operation, { path, ...fields }, replyTimeoutMs);
	notes.set(fact, error === "OK", `${operation} is answered with ${error}`);
	if (error === "OK") await ask(client, "delete", { path }, replyTimeoutMs);
	await bye(client, replyTimeoutMs);
}

/** Quotas live below /zookeeper/quota at the path of the node that they limit. */
async function probeQuota(environment: ScenarioEnvironment, notes: Notes): Promise<void> {
	const { replyTimeoutMs, root } = environment;
	const { client } = await greet(environment, sessionTimeoutMs);
	const request = async (operation: string, fields: { path: string; data?: string }): Promise<string> =>
		(await ask(client, operation, fields, replyTimeoutMs)).error;
	const node = `${root}/probe-quota`;
	const quota = `/zookeeper/quota${node}`;
	const limits = { path: `${quota}/zookeeper_limits`, data: "count=-1,bytes=-1=;byteHardLimit=1;countHardLimit=-1" };
	const stats = { path: `${quota}/zookeeper_stats`, data: "count=1,bytes=0" };
	const parents = [`/zookeeper/quota${root}`, quota];
	const before = [await request("create", { path: node })];
	for (const path of parents) before.push(await request("create", { path }));
	before.push(await request("create", stats), await request("create", limits));
	const failed = before.find((error) => error !== "OK");
	const error = failed ?? (await request("setData", { path: node, data: "longer than the quota" }));
	for (const { path } of [limits, stats, ...parents.toReversed().map((path) => ({ path })), { path: node }])
		if (client.connected) await request("delete", { path });
	await bye(client, replyTimeoutMs);
	const reason = failed === undefined ? "a write beyond a hard quota succeeds" : `a quota can not be set: ${failed}`;
	notes.set("enforceQuota", error === "QUOTAEXCEEDED", reason);
}

/** The server takes any digest identity, so the proof is to read what only a superuser may. */
async function probeSuper(environment: ScenarioEnvironment, notes: Notes): Promise<void> {
	const { replyTimeoutMs, root } = environment;
	if (environment.super === undefined) {
		notes.set("super", false, "no superuser credentials are given (--super)");
		return;
	}
	const { client } = await greet(environment, sessionTimeoutMs);
	const path = `${root}/probe-super`;
	const acl = [{ perms: "ALL", id: { scheme: "digest", id: "nobody:c29tZWJvZHkgZWxzZQ==" } }];
	await ask(client, "create", { path, acl }, replyTimeoutMs);
	await authenticate(client, environment);
	const { error } = await ask(client, "getData", { path }, replyTimeoutMs);
	notes.set("super", error === "OK", `the credentials given are not a superuser's (${error})`);
	await ask(client, "delete", { path }, replyTimeoutMs);
	await bye(client, replyTimeoutMs);
}

async function authenticate(client: ScenarioClient, environment: ScenarioEnvironment): Promise<void> {
	const { scheme, auth } = environment.super ?? { scheme: "", auth: "" };
	await ask(client, "auth", { scheme, auth }, environment.replyTimeoutMs);
}
