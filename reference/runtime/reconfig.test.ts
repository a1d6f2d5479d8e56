import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeUtf8 } from "../lib/utf8.js";
import { zxid } from "../model/ids.js";
import type { TestRequest } from "../wire/testing/client-codec.js";
import { type LocalMember, writeMemberFiles } from "./ensemble-files.js";
import { findFreePorts } from "./free-ports.js";
import { callUntil } from "./testing/one-call.js";
import { Program } from "./testing/program.js";

const settings = new Map([
	["tickTime", "500"],
	["initLimit", "20"],
	["syncLimit", "10"],
	["reconfigEnabled", "true"],
	["standaloneEnabled", "false"],
	["skipACL", "yes"],
	["admin.enableServer", "false"],
]);

const lineOf = ({ id, quorumPort, electionPort, clientPort }: LocalMember): string =>
	`server.${id}=127.0.0.1:${quorumPort}:${electionPort}:participant;127.0.0.1:${clientPort}`;

const create = (path: string): TestRequest => ({
	type: "create",
	path,
	data: null,
	acl: [{ perms: 31, id: { scheme: "world", id: "anyone" } }],
	flags: 0,
	ttlMs: undefined,
});

describe("reconfiguration of whole programs", function () {
	this.timeout(120_000);
	let folder: string;
	const programs = new Map<number, Program>();
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "zkspec-reconfig-"));
	});
	afterEach(async () => {
		await Promise.all([...programs.values()].map((program) => program.stop()));
		rmSync(folder, { recursive: true });
	});

	it("takes in two servers, lets the leader go, loses no write, and starts again from what it has saved", async () => {
		const members = await membersIn(folder, 5);
		const first = members.slice(0, 3);
		for (const [i, own] of members.entries()) {
			const file = writeMemberFiles(own, i < 3 ? first : [...first, own], settings);
			programs.set(own.id, new Program([file]));
		}
		const [one, , , four, five] = members as [LocalMember, LocalMember, LocalMember, LocalMember, LocalMember];
		await callUntil(one.clientPort, create("/before"), [0]);
		const reconfig = async (facts: { joining?: string; leaving?: string }): Promise<void> => {
			const request = { joining: null, leaving: null, newMembers: null, version: zxid(-1), ...facts };
			await callUntil(one.clientPort, { type: "reconfig", ...request }, [0]);
		};
		await reconfig({ joining: lineOf(four) });
		await reconfig({ joining: lineOf(five) });
		await callUntil(one.clientPort, create("/five"), [0]);
		const leader = members.find(({ id }) => programs.get(id)?.out.includes("serving as leader epoch=1"));
		assert.ok(leader !== undefined);
		await reconfig({ leaving: `${leader.id}` });
		const rest = members.filter(({ id }) => id !== leader.id);
		// A reply that got lost with its connection may have been to a create that was done.
		await callUntil(rest[0]?.clientPort ?? 0, create("/after"), [0, -110]);
		const texts = await configs(rest);
		assert.equal(new Set(texts).size, 1);
		assert.deepEqual(
			[...(texts[0] ?? "").matchAll(/^server\.(\d)/gm)].map(([, id]) => Number(id)),
			rest.map(({ id }) => id),
		);
		const version = /^version=(\w+)$/m.exec(texts[0] ?? "")?.[1];
		for (const own of rest) checkFiles(own, version ?? "");
		for (const program of programs.values()) assert.equal(await program.stop(), 0);
		for (const { id, folder: of } of rest) programs.set(id, new Program([join(of, "zoo.cfg")]));
		await callUntil(rest[1]?.clientPort ?? 0, create("/again"), [0, -110]);
		assert.deepEqual(await configs(rest), texts);
		for (const { clientPort } of rest)
			for (const path of ["/before", "/five", "/after"])
				await callUntil(clientPort, { type: "exists", path, watch: false }, [0]);
	});

	async function configs(members: readonly LocalMember[]): Promise<string[]> {
		const request = { type: "getData", path: "/zookeeper/config", watch: false } as const;
		const bodies = await Promise.all(members.map(({ clientPort }) => callUntil(clientPort, request, [0])));
		return bodies.map((body) => decodeUtf8(body.buffer() ?? new Uint8Array()));
	}
});

async function membersIn(folder: string, count: number): Promise<LocalMember[]> {
	const ports = await findFreePorts(3 * count);
	return Array.from({ length: count }, (_, i) => {
		const [clientPort = 0, quorumPort = 0, electionPort = 0] = ports.slice(3 * i);
		return { id: i + 1, role: "participant", clientPort, quorumPort, electionPort, folder: join(folder, `${i + 1}`) };
	});
}

function checkFiles({ folder }: LocalMember, version: string): void {
	const dynamic = join(folder, `zoo.cfg.dynamic.${version}`);
	const text = readFileSync(join(folder, "zoo.cfg"), "utf8");
	assert.match(text, new RegExp(`^dynamicConfigFile=${dynamic}$`, "m"));
	assert.doesNotMatch(text, /^(server|clientPort)/m);
	assert.match(readFileSync(dynamic, "utf8"), /^(server\.\d=[^\n]+\n?){4}$/);
	assert.match(readFileSync(join(folder, "zoo.cfg.bak"), "utf8"), /^server\.1=/m);
	assert.ok(!readdirSync(folder).includes("zoo.cfg.dynamic.next"));
}
