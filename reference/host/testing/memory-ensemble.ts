import assert from "node:assert/strict";
import { serverId } from "../../model/ids.js";
import type { ServerRole } from "../../server/contract.js";
import { Server } from "../../server/server.js";
import { TestClient } from "../../server/testing/test-client.js";
import { testCapabilities, testConfig } from "../../server/testing/test-server.js";
import type { DataTree } from "../../tree/data-tree.js";
import { freshTree } from "../../tree/fresh-tree.js";
import type { PeerTimings } from "../../zab/contract.js";
import { type EnsembleConfig, parseConfigText } from "../../zab/ensemble-config.js";
import { Peer } from "../../zab/peer.js";
import type { HostEvent } from "../host.js";
import { Member } from "../member.js";
import type { MemberLimits } from "../member-parts.js";
import { restoreMember } from "../member-start.js";
import type { Door } from "../network.js";
import { benchLimits, type Found } from "./member-bench.js";
import { MemoryDisk } from "./memory-disk.js";
import { MemoryNetwork } from "./memory-network.js";

const timings: PeerTimings = {
	tickMs: 100,
	initLimit: 10,
	syncLimit: 5,
	finalizeWaitMs: 200,
	notificationMsMin: 200,
	notificationMsMax: 60_000,
	connectTimeoutMs: 5000,
};

const doors: ReadonlyMap<number, Door> = new Map([
	[1, "client"],
	[2, "quorum"],
	[3, "election"],
]);

/** One server process and what it stands on. */
interface Station {
	readonly id: number;
	member: Member | undefined;
	log: MemoryDisk;
	snapshots: MemoryDisk;
	role: ServerRole | undefined;
	/** Of its last role, or of the restart. */
	tree: () => DataTree;
	/** Roles that it has had, and its log lines, in order. */
	readonly story: string[];
}

/** Whole members on a network, disks and a clock in memory: a millisecond is a delivery, a turn and a flush. */
export class MemoryEnsemble {
	readonly stations: Station[] = [];
	readonly network = new MemoryNetwork();
	readonly #config: EnsembleConfig;
	readonly #limits: MemberLimits;
	readonly #readOnlyAfterMs: number | undefined;
	/** Flushes end every so many ms. */
	flushMs = 1;
	/** What a killed member's disk keeps of what was not flushed: draws from 0 to 1. */
	share = (): number => 0;
	nowMs = 0;

	/** `readOnlyAfterMs`: as of a member's parts. */
	constructor(voters: number, observers = 0, limits: Partial<MemberLimits> = {}, readOnlyAfterMs?: number) {
		const lines = Array.from({ length: voters + observers }, (_, i) => {
			return `server.${i + 1}=s${i + 1}:2:3:${i < voters ? "participant" : "observer"}`;
		});
		this.#config = parseConfigText(lines.join("\n"));
		this.#limits = { ...benchLimits, ...limits };
		this.#readOnlyAfterMs = readOnlyAfterMs;
		for (const id of this.#config.members.keys()) this.start(id);
	}

	/** A member starts, on an empty disk or with what it had when it was last stopped. */
	start(id: number): void {
		const before = this.stations.find((station) => station.id === id);
		assert(before?.member === undefined, "it is not running");
		const found = before && {
			log: before.log.afterCrash(this.share),
			snapshots: before.snapshots.afterCrash(this.share),
		};
		if (before === undefined) this.stations.push(this.#makeStation(id));
		const station = this.station(id);
		[station.log, station.snapshots] = this.#makeDisks(station, found);
		this.#startMember(station);
	}

	/** The process ends without a word. */
	kill(id: number): void {
		const station = this.station(id);
		station.member = undefined;
		station.role = undefined;
		this.network.leave(`s${id}`);
	}

	station(id: number): Station {
		const station = this.stations.find((each) => each.id === id);
		assert(station !== undefined, `server ${id}`);
		return station;
	}

	get leader(): Station | undefined {
		return this.stations.find(({ role }) => role?.type === "leader");
	}

	pass(ms: number): void {
		for (let i = 0; i < ms; i++) {
			this.nowMs++;
			this.network.pass();
			for (const station of this.stations) station.member?.turn();
			for (const { log, snapshots, member } of this.stations) {
				if (member === undefined || this.nowMs % this.flushMs > 0) continue;
				log.finishFlushes();
				snapshots.finishFlushes();
			}
		}
	}

	/** Lets time pass until something holds; how many ms it took. */
	until(what: string, holds: () => boolean, boundMs = 20_000): number {
		const fromMs = this.nowMs;
		while (!holds()) {
			if (this.nowMs - fromMs >= boundMs) assert.fail(`${what} not within ${boundMs} ms\n${this.#stories()}`);
			this.pass(1);
		}
		return this.nowMs - fromMs;
	}

	/** A client with a session on a server. */
	connect(id: number): TestClient {
		const client = this.open(id);
		this.until(`a session on server ${id}`, () => client.session !== 0n);
		return client;
	}

	/** A client that has asked for a session, and may get none. */
	open(id: number): TestClient {
		const client: TestClient = new TestClient(
			{ step: (event) => event.type === "received" && this.network.send(event.link, event.bytes) },
			this.network.connect(
				"client",
				(event) => {
					if (event.type === "received") client.receive(event.bytes);
					else if (event.type === "closed") client.noteClosed();
				},
				`s${id}`,
				1,
			),
		);
		client.handshake({ timeoutMs: 10_000 });
		return client;
	}

	#stories(): string {
		return this.stations.map(({ id, story }) => `server ${id}:\n  ${story.slice(-30).join("\n  ")}`).join("\n");
	}

	#makeStation(id: number): Station {
		const [log, snapshots] = [new MemoryDisk(() => undefined), new MemoryDisk(() => undefined)];
		return { id, member: undefined, log, snapshots, role: undefined, tree: () => freshTree(), story: [] };
	}

	#makeDisks(station: Station, found: { log: Found; snapshots: Found } | undefined): [MemoryDisk, MemoryDisk] {
		const post = (event: HostEvent): void => station.member?.post(event);
		return [
			new MemoryDisk((event) => post({ type: "logDisk", event }), found?.log),
			new MemoryDisk((event) => post({ type: "snapshotDisk", event }), found?.snapshots),
		];
	}

	#startMember(station: Station): void {
		const { id, log, snapshots, story } = station;
		const fail = (reason: string): never => assert.fail(`server ${id}: ${reason}`);
		const start = restoreMember(snapshots, log, { ...this.#limits, trustEmpty: false });
		const network = this.network.at(`s${id}`, {
			doorOf: (port) => doors.get(port),
			take: (event) => station.member?.post(event),
		});
		station.member = new Member({
			serverId: serverId(id),
			logDisk: log,
			snapshotDisk: snapshots,
			network,
			limits: this.#limits,
			start,
			readOnlyAfterMs: this.#readOnlyAfterMs,
			clock: () => ({ nowMs: this.nowMs, wallMs: this.nowMs }),
			random: () => 0.5,
			makePeer: (storage, effects, { settledConfig, ...epochs }, nowMs) =>
				new Peer({
					id: serverId(id),
					config: this.#config,
					settledConfig,
					reconfigEnabled: true,
					timings,
					storage,
					effects,
					epochs,
					nowMs,
				}),
			makeServer: (role, state, effects, clock) => {
				station.tree = () => state.tree;
				return new Server(role, { ...testConfig, serverId: id }, state, effects, testCapabilities, clock);
			},
			wake() {},
			onRole: (role) => {
				station.role = role;
				story.push(`${this.nowMs} ms: ${role?.type ?? "no role"}`);
			},
			onConfigured() {},
			onStopped() {},
			onDiskFailed: (reason) => {
				story.push(`${this.nowMs} ms: the disk failed: ${reason}`);
				this.kill(id);
			},
			onFatal: fail,
			note: (line) => void story.push(`${this.nowMs} ms: ${line}`),
		});
		station.member.start();
	}
}
