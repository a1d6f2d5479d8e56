import { Writer } from "../../lib/writer.js";
import {
	counterOf,
	type Epoch,
	epoch,
	epochOf,
	type LinkId,
	linkId,
	serverId,
	type Zxid,
	zxidOf,
} from "../../model/ids.js";
import type { PeerEffects, Proposal } from "../contract.js";
import { Epochs } from "../epochs.js";
import {
	describePacketType,
	PacketSplitter,
	packetTypes,
	type QuorumPacket,
	writeQuorumPacket,
} from "../quorum-packet.js";
import type { RoleParts } from "../role.js";
import { ensemble, fixedMembership, timings } from "./election-world.js";
import { FakeIntake, FakeStorage } from "./fake-storage.js";

export const at = (of: number, counter: number): Zxid => zxidOf(epoch(of), counter);
export const proposal = (zxid: Zxid): Proposal => ({ zxid, body: new TextEncoder().encode(spellZxid(zxid)) });

const spellZxid = (zxid: Zxid): string => (zxid < 0 ? "none" : `${epochOf(zxid)}:${counterOf(zxid)}`);

/** A role by itself: what it does is told in lines, "1< DIFF 1:3" for a packet that leaves on link 1. */
export class RoleBench {
	readonly storage = new FakeStorage(10);
	readonly parts: RoleParts;
	nowMs = 0;
	#lines: string[] = [];
	#links = 0;
	#tickets = 0;
	readonly #splitters = new Map<LinkId, PacketSplitter>();

	constructor(id: number, voters: number, observers = 0, epochs: [accepted: number, current: number] = [0, 0]) {
		const config = ensemble(voters, observers);
		const effects = this.#effects();
		this.parts = {
			...{
				id: serverId(id),
				membership: fixedMembership(serverId(id), config),
				timings,
				storage: this.storage,
				effects,
			},
			epochs: new Epochs(epoch(epochs[0]), epoch(epochs[1])),
			nowMs: () => this.nowMs,
			drawTicket: () => ++this.#tickets,
			end: (reason) => this.#tell(`ends: ${reason}`),
		};
	}

	/** What happened since the last call. */
	takeLines(): string[] {
		const lines = this.#lines;
		this.#lines = [];
		return lines;
	}

	/** The disk does all that it was asked for, and tells the role. */
	work(role: { flushed(at: Zxid): void; stored(ticket: number): void }): void {
		while (!this.storage.idle) {
			const event = this.storage.work();
			if (event?.type === "flushed") role.flushed(event.zxid);
			if (event?.type !== "stored") continue;
			this.parts.epochs.stored(event.ticket);
			role.stored(event.ticket);
		}
	}

	/** A log with these entries, all of it on disk and applied. */
	history(...zxids: readonly Zxid[]): void {
		for (const zxid of zxids) this.storage.append(proposal(zxid));
		while (!this.storage.idle) this.storage.work();
		this.storage.applyTo(this.storage.lastLoggedZxid);
	}

	#tell(line: string): void {
		this.#lines.push(line);
	}

	#sent(link: LinkId, bytes: Uint8Array): void {
		const splitter = this.#splitters.get(link) ?? new PacketSplitter();
		this.#splitters.set(link, splitter);
		splitter.push(bytes.slice());
		for (let next = splitter.next(); next.type === "packet"; next = splitter.next()) {
			this.#tell(`${link}< ${describe(next.packet)}`);
			if (next.packet.type !== packetTypes.SNAP) continue;
			splitter.takeRest();
			return;
		}
	}

	#effects(): PeerEffects {
		const { storage } = this;
		const save = (which: "acceptedEpoch" | "currentEpoch", of: Epoch, ticket: number): void => {
			this.#tell(`${which} ${of}`);
			storage.saveEpoch(which, of, ticket);
		};
		return {
			connect: () => linkId(++this.#links),
			send: (link, bytes) => this.#sent(link, bytes),
			close: (link) => this.#tell(`${link} closed`),
			append: (one) => {
				this.#tell(`append ${spellZxid(one.zxid)}`);
				storage.append(one);
				return undefined;
			},
			saveEpoch: save,
			truncate: (to, ticket) => {
				this.#tell(`truncate ${spellZxid(to)}`);
				storage.truncate(to, ticket);
			},
			intake: () => new FakeIntake(),
			install: (intake, zxid, ticket) => {
				this.#tell(`install ${spellZxid(zxid)}`);
				storage.install((intake as FakeIntake).history, zxid, ticket);
			},
			configured: () => undefined,
			commit: (upTo) => {
				this.#tell(`commit ${spellZxid(upTo)}`);
				storage.applyTo(upTo);
			},
			lead: (of) => this.#tell(`leads ${of}`),
			follow: (role, leader) => this.#tell(`is ${role} of ${leader}`),
			endRole: () => undefined,
			request: (link, { opcode }) => this.#tell(`request ${opcode} of ${link}`),
			touched: (link, sessions) => this.#tell(`touched ${sessions.length} of ${link}`),
			revalidate: (link) => this.#tell(`revalidate of ${link}`),
			learnerGone: (link) => this.#tell(`${link} gone`),
			synced: () => this.#tell("synced"),
			revalidated: (_session, valid) => this.#tell(`revalidated ${valid}`),
			takeTouched: () => [],
			note: () => undefined,
		};
	}
}

function describe({ type, zxid, data }: QuorumPacket): string {
	const name = describePacketType(type);
	const hasZxid = type !== packetTypes.UPTODATE && type !== packetTypes.REVALIDATE && type !== packetTypes.REQUEST;
	const epochWord =
		type === packetTypes.ACKEPOCH && data !== null
			? ` current ${new DataView(data.buffer, data.byteOffset).getInt32(0)}`
			: "";
	return hasZxid ? `${name} ${spellZxid(zxid)}${epochWord}` : name;
}

/** Packets as bytes, joined. */
export function packets(
	...all: readonly [type: keyof typeof packetTypes, zxid: Zxid, data?: Uint8Array][]
): Uint8Array {
	const writer = new Writer();
	for (const [name, zxid, data] of all) {
		writeQuorumPacket(writer, { type: packetTypes[name], zxid, data: data ?? null, authinfo: null });
	}
	return writer.bytes();
}

/** PROPOSAL packets for these. */
export const proposals = (...zxids: readonly Zxid[]): Uint8Array =>
	packets(...zxids.map((zxid) => ["PROPOSAL", zxid, proposal(zxid).body] as ["PROPOSAL", Zxid, Uint8Array]));
