import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Kind, Member } from "./member.js";
import { Trial } from "./trial.js";

export interface BadInputOptions {
	readonly subject: Kind;
	readonly peer: Kind;
	readonly say: (line: string) => void;
}

type Port = "electionPort" | "quorumPort";

interface BadInput {
	readonly name: string;
	readonly port: Port;
	readonly bytes: Uint8Array;
	/** How many connections send it at once. */
	readonly times?: number;
}

const int = (value: number): Buffer => {
	const bytes = Buffer.alloc(4);
	bytes.writeInt32BE(value);
	return bytes;
};

const long = (value: bigint): Buffer => {
	const bytes = Buffer.alloc(8);
	bytes.writeBigInt64BE(value);
	return bytes;
};

const text = (value: string): Buffer => Buffer.concat([int(value.length), Buffer.from(value)]);
/** The first bytes of an election connection: version, server id, its address. */
const greeting = (sid: bigint, address = text("127.0.0.1:1")): Buffer =>
	Buffer.concat([long(-65536n), long(sid), address]);
/** A packet between learner and leader, without identities. */
const packet = (type: number, zxid: bigint, data: Uint8Array): Buffer =>
	Buffer.concat([int(type), long(zxid), data, int(-1)]);
const learnerInfo = (sid: bigint): Buffer => Buffer.concat([int(20), long(sid), int(0x10000), long(0n)]);
const [followerInfo, observerInfo, ack, request] = [11, 16, 3, 1];

const badInputs: readonly BadInput[] = [
	{ name: "random bytes", port: "electionPort", bytes: randomBytes(4096) },
	{ name: "a huge address", port: "electionPort", bytes: greeting(9n, int(2 ** 31 - 1)) },
	{ name: "a negative address", port: "electionPort", bytes: greeting(9n, int(-5)) },
	{ name: "a stranger's id", port: "electionPort", bytes: Buffer.concat([greeting(200n), int(2 ** 31 - 1)]) },
	{ name: "a huge vote", port: "electionPort", bytes: Buffer.concat([greeting(-1n), int(2 ** 31 - 1)]) },
	{
		name: "a vote of random bytes",
		port: "electionPort",
		bytes: Buffer.concat([greeting(-1n), int(40), randomBytes(40)]),
	},
	{ name: "half a greeting", port: "electionPort", bytes: greeting(9n).subarray(0, 11) },
	{ name: "nothing, fifty times", port: "electionPort", bytes: Buffer.alloc(0), times: 50 },
	{ name: "random bytes", port: "quorumPort", bytes: randomBytes(4096) },
	{ name: "a huge packet", port: "quorumPort", bytes: packet(followerInfo, 0n, int(2 ** 31 - 1)) },
	{ name: "a packet of no type", port: "quorumPort", bytes: packet(999, 0n, learnerInfo(9n)) },
	{ name: "half a packet", port: "quorumPort", bytes: packet(followerInfo, 0n, learnerInfo(9n)).subarray(0, 17) },
	{ name: "an ACK of a stranger", port: "quorumPort", bytes: packet(ack, 2n ** 60n, int(-1)) },
	{ name: "a request of a stranger", port: "quorumPort", bytes: packet(request, -1n, Buffer.concat([int(4), int(7)])) },
	{
		name: "an observer that breaks off in its handshake",
		port: "quorumPort",
		bytes: Buffer.concat([packet(observerInfo, 0n, learnerInfo(-1n)), packet(ack, 0n, int(-1))]),
	},
	{ name: "nothing, fifty times", port: "quorumPort", bytes: Buffer.alloc(0), times: 50 },
];

/** What came may stay that long before the connection is given up. */
const holdMs = 200;

/** A member is sent what no server sends, as follower and as leader: nobody must notice. */
export function badInput({ subject, peer, say }: BadInputOptions): Promise<string[]> {
	return Trial.run({ members: [{ kind: subject }, { kind: peer }, { kind: peer }], say }, async (trial) => {
		trial.work.run();
		const member = trial.ensemble.member(1);
		for (const leading of [trial.ensemble.member(2), member]) {
			await trial.lead(leading);
			const role = leading === member ? "leader" : "follower";
			for (const input of badInputs) await sendAndLook(trial, member, input, role);
			await trial.check(`${badInputs.length} sorts of bad input for the ${role}`);
		}
	});
}

async function sendAndLook(trial: Trial, member: Member, input: BadInput, role: string): Promise<void> {
	const before = await member.status();
	await Promise.all(Array.from({ length: input.times ?? 1 }, () => send(member.place[input.port], input.bytes)));
	const after = await member.status();
	const same = before !== undefined && after?.mode === before.mode && after.zxid >> 32n === before.zxid >> 32n;
	if (same) return;
	const was = `${before?.mode} in epoch ${before === undefined ? "?" : before.zxid >> 32n}`;
	const is = `${after?.mode} in epoch ${after === undefined ? "?" : after.zxid >> 32n} (${member.ending ?? "runs"})`;
	trial.problems.push(`${input.name} on the ${input.port} of the ${role}: was ${was}, is ${is}`);
	if (!member.isRunning) trial.ensemble.start(member);
	await trial.ensemble.serving();
}

/** A port where nobody listens is right too: only leaders take learners. */
async function send(port: number, bytes: Uint8Array): Promise<void> {
	const socket = connect(port, "127.0.0.1");
	socket.on("error", () => socket.destroy());
	socket.resume();
	const closed = once(socket, "close");
	socket.write(bytes);
	await Promise.race([closed, sleep(holdMs)]);
	socket.destroy();
	await closed;
}
