import assert from "node:assert/strict";
import { once } from "node:events";
import * as fs from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findFreePorts } from "./free-ports.js";
import { Program } from "./testing/program.js";

const host = "127.0.0.1";
const serving = /^serving as (\w+)/;

describe("bad input of an ensemble", function () {
	this.timeout(30_000);
	const root = fs.mkdtempSync(join(tmpdir(), "zkspec-bad-"));
	let folders: string[] = [];
	let clientPorts: readonly number[] = [];
	let quorumPorts: readonly number[] = [];
	let electionPorts: readonly number[] = [];
	let running: Program[] = [];

	/** Folders with zoo.cfg and myid for three members. */
	beforeEach(async () => {
		const ports = await findFreePorts(9);
		[clientPorts, quorumPorts, electionPorts] = [ports.slice(0, 3), ports.slice(3, 6), ports.slice(6, 9)];
		folders = [1, 2, 3].map((id) => fs.mkdtempSync(join(root, `${id}-`)));
		for (const i of [0, 1, 2]) writeFiles(i, [0, 1, 2]);
	});

	/** `places[k]`: which of the ports server k + 1 has. */
	function writeFiles(index: number, places: readonly number[], id = index + 1): void {
		const folder = folders[index] ?? "";
		const lines = places.map(
			(at, k) => `server.${k + 1}=${host}:${quorumPorts[at]}:${electionPorts[at]};${host}:${clientPorts[at]}`,
		);
		const settings = ["tickTime=200", "initLimit=10", "syncLimit=5", "admin.enableServer=false", "preAllocSize=0"];
		fs.writeFileSync(join(folder, "myid"), `${id}`);
		fs.writeFileSync(join(folder, "zoo.cfg"), [`dataDir=${folder}`, ...settings, ...lines, ""].join("\n"));
	}

	afterEach(async () => {
		await Promise.all(running.map((each) => each.stop()));
		running = [];
	});

	after(() => fs.rmSync(root, { recursive: true, force: true }));

	function start(index: number, through?: readonly string[]): Program {
		const started = new Program([join(folders[index] ?? "", "zoo.cfg")], through);
		running.push(started);
		return started;
	}

	/** It ends with this code, and one line says why. */
	async function refuses(member: Program, code: number, why: RegExp): Promise<void> {
		assert.equal(await member.ended, code, member.said.join("\n"));
		assert.equal(member.said.length, 1, member.said.join("\n"));
		assert.match(member.said[0] ?? "", why);
	}

	async function startAll(): Promise<Program[]> {
		const members = [start(0), start(1), start(2)];
		await Promise.all(members.map((each) => each.says(serving)));
		return members;
	}

	it("ends with 2 when there is no myid", async () => {
		fs.rmSync(join(folders[0] ?? "", "myid"));
		await refuses(start(0), 2, /\/myid: can not be read; it must hold the N of this server's line server\.N/);
	});

	it("ends with 2 when myid is not among the servers", async () => {
		writeFiles(0, [0, 1, 2], 17);
		await refuses(start(0), 2, /\/myid: this is server 17, but there is no line server\.17: the servers are 1, 2, 3$/);
	});

	it("ends with 14 when the election port is in use", async () => {
		const holder = createServer().listen(electionPorts[0], host);
		await once(holder, "listening");
		fs.appendFileSync(join(folders[0] ?? "", "zoo.cfg"), "electionPortBindRetry=1");
		await refuses(start(0), 14, /^can not listen on 127\.0\.0\.1:\d+, the election port: .*EADDRINUSE/);
		holder.close();
	});

	it("ends with 1 on a data directory whose epochs contradict each other", async () => {
		const data = join(folders[0] ?? "", "version-2");
		fs.mkdirSync(data);
		fs.writeFileSync(join(data, "currentEpoch"), "9");
		fs.writeFileSync(join(data, "acceptedEpoch"), "3");
		await refuses(start(0), 1, /(accepted|current)Epoch/);
	});

	it("waits for the others, and serves when they come", async () => {
		const first = start(0);
		assert.ok(await first.staysUp(1500), first.said.join("\n"));
		assert.ok(first.said.length < 10, first.said.join("\n"));
		const second = start(1);
		await Promise.all([first.says(serving), second.says(serving)]);
	});

	it("serves on beside a second server of one id, and says so", async () => {
		const others = [start(0), start(1)];
		await Promise.all(others.map((each) => each.says(serving)));
		// It believes that server 2 has the third ports, where it is itself.
		writeFiles(2, [0, 2, 1], 2);
		const twin = start(2);
		await Promise.any([...others, twin].map((each) => each.says(/\b(own id|same id|one id|id 2)\b/)));
		for (const each of others) assert.ok(each.isRunning);
	});

	const nonsense = {
		garbage: Buffer.from("GET / HTTP/1.1\r\nHost: nobody\r\n\r\n"),
		"a huge frame": Buffer.from([0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, ...Array<number>(64).fill(0x7f)]),
	};
	for (const [what, bytes] of Object.entries(nonsense)) {
		it(`closes links to quorum and election port that send ${what}, and serves on`, async () => {
			const members = await startAll();
			const leads = members.findIndex((each) => each.out.includes("serving as leader epoch=1"));
			const leader = members[leads];
			assert.ok(leader !== undefined);
			const before = leader.said.length;
			for (const port of [quorumPorts[leads], electionPorts[leads]]) {
				const socket = connect(port ?? 0, host).on("error", () => undefined);
				socket.write(bytes);
				await once(socket, "close");
			}
			const told = leader.said.slice(before);
			assert.ok(told.length >= 1 && told.length <= 4, told.join("\n"));
			assert.ok(!leader.out.includes("not serving") && leader.isRunning);
		});
	}

	it("begins an epoch after the one that a voter comes from", async () => {
		const data = join(folders[2] ?? "", "version-2");
		fs.mkdirSync(data);
		for (const file of ["currentEpoch", "acceptedEpoch"]) fs.writeFileSync(join(data, file), "40");
		const early = [start(0), start(1)];
		await Promise.all(early.map((each) => each.says(serving)));
		const members = [...early, start(2)];
		const [, epoch] = await Promise.any(members.map((each) => each.says(/^serving as leader epoch=(\d\d+)$/)));
		assert.ok(Number(epoch) > 40);
		await Promise.all(members.map((each) => each.says(serving)));
		for (const each of members) assert.ok(each.said.length < 40, each.said.join("\n"));
	});

	/** What a process may write to one file, in KiB, stands for a disk that is full. */
	const withRoom = (kib: number): string[] => ["bash", "-c", `ulimit -f ${kib}; exec "$0" "$@"`];

	it("ends with 3 when the disk is full already", async () => {
		await refuses(start(0, withRoom(0)), 3, /^the data directory .* can not be used: EFBIG/);
	});

	it("ends with 10 when the disk gets full, and the others serve on", async () => {
		const full = start(0, withRoom(4));
		const others = [start(1), start(2)];
		await Promise.all([full, ...others].map((each) => each.says(serving)));
		// Each handshake is a change: a session begins.
		const sockets = Array.from({ length: 200 }, (_, i) => connect(clientPorts[1 + (i % 2)] ?? 0, host, shakeHands));
		for (const socket of sockets) socket.on("error", () => undefined);
		assert.equal(await full.ended, 10, full.said.join("\n"));
		for (const socket of sockets) socket.destroy();
		assert.match(full.said.at(-1) ?? "", /^the disk failed: EFBIG/);
		for (const each of others) assert.ok(each.isRunning);
		const again = start(0);
		await again.says(serving);
	});

	function shakeHands(this: Socket): void {
		const request = Buffer.alloc(49);
		request.writeInt32BE(45, 0);
		request.writeInt32BE(30_000, 16);
		request.writeInt32BE(16, 28);
		this.write(request);
	}
});
