import { Host, type HostEvent } from "../../reference/host/host.js";
import type { Network } from "../../reference/host/network.js";
import { Writer } from "../../reference/lib/writer.js";
import { linkId } from "../../reference/model/ids.js";
import { openAcl } from "../../reference/model/open-acl.js";
import type { Capabilities } from "../../reference/server/config.js";
import { defaultServerConfig } from "../../reference/server/config.js";
import { Server } from "../../reference/server/server.js";
import { freshTree } from "../../reference/tree/fresh-tree.js";
import { opcodes } from "../../reference/wire/opcodes.js";
import { writeAcls } from "../../reference/wire/records.js";
import { NoDisk } from "./no-disk.js";
import { data, dataBytes, expectEqual, operations, repeat, type Task, wallMs } from "./task.js";

export function commitTasks(): Task[] {
	return [commitWrites(), answerReads()];
}

/** Bytes in, decoded, prepared, appended, flushed, applied, answered, bytes out. */
function commitWrites(): Task {
	const server = new WholeServer();
	const chunk = framesOf(opcodes.setData, (writer) => writer.ustring("/node").buffer(data).int(-1));
	const replyBytes = 4 + 16 + 68;
	return {
		name: "setData of 1 KiB from bytes to bytes, a hundred a flush",
		operations,
		run: () => server.take(chunk),
		made: () => server.lastSent,
		check: (runs) =>
			expectEqual("version", server.tree.mustNode("/node").stat.version, runs * operations) ??
			expectEqual("bytes of replies", server.sentBytes, runs * operations * replyBytes),
	};
}

function answerReads(): Task {
	const server = new WholeServer();
	const chunk = framesOf(opcodes.getData, (writer) => writer.ustring("/node").boolean(false));
	const replyBytes = 4 + 16 + 4 + dataBytes + 68;
	return {
		name: "getData of 1 KiB from bytes to bytes, a hundred a chunk",
		operations,
		run: () => server.take(chunk),
		made: () => server.lastSent,
		check: (runs) => expectEqual("bytes of replies", server.sentBytes, runs * operations * replyBytes),
	};
}

function framesOf(opcode: number, body: (writer: Writer) => Writer): Uint8Array {
	const all = new Writer();
	repeat((i) => all.buffer(body(new Writer().int(i + 1).int(opcode)).copy()));
	return all.copy();
}

const capabilities: Capabilities = {
	digestHash: () => "",
	directoryBytes: () => ({ data: 0, log: 0 }),
	fileDescriptors: () => ({ open: 0, max: 0 }),
	environment: () => [],
};

const limits = {
	preAllocBytes: 1 << 26,
	// No snapshot in between: it is another thing to measure.
	snapCount: 2 ** 31 - 1,
	snapSizeBytes: 0,
	logFileBytesMax: 0,
	snapRetainCount: 3,
	purgeIntervalMs: 0,
};

const client = linkId(1);

/** A standalone server without a socket, a file or a clock, and one client with a session and a node, `/node`. */
class WholeServer {
	readonly tree = freshTree();
	sentBytes = 0;
	lastSent = new Uint8Array();
	readonly #disk = new NoDisk();
	readonly #host: Host;

	constructor() {
		const state = { tree: this.tree, sessions: new Map(), fresh: false, replayedTxns: 0, replayedBytes: 0 };
		const clock = () => ({ nowMs: 1, wallMs });
		this.#host = new Host({
			logDisk: this.#disk,
			snapshotDisk: new NoDisk(),
			network: this.#network(),
			limits,
			state,
			clock,
			random: () => 0.5,
			makeMachine: (effects) =>
				new Server({ type: "standalone" }, defaultServerConfig, state, effects, capabilities, clock()),
			wake: () => undefined,
			onReady: () => undefined,
			onStopped: () => undefined,
			onDiskFailed: () => undefined,
		});
		this.#host.start();
		this.#greet();
	}

	/** What has come in one chunk: a turn for it, and one for the end of its flush. */
	take(bytes: Uint8Array): void {
		this.#turn({ type: "received", link: client, bytes });
		this.#turn({ type: "logDisk", event: { type: "diskFlushed", ticket: this.#disk.ticket } });
	}

	#turn(event: HostEvent): void {
		this.#host.post(event);
		this.#host.turn();
	}

	#greet(): void {
		const hello = new Writer().int(0).long(0).int(30_000).long(0).buffer(new Uint8Array(16)).boolean(false);
		const create = new Writer().int(0).int(opcodes.create).ustring("/node").buffer(data);
		writeAcls(create, openAcl).int(0);
		this.#turn({ type: "opened", link: client, door: "client", address: "127.0.0.1", port: 1 });
		this.take(new Writer().buffer(hello.copy()).copy());
		this.take(new Writer().buffer(create.copy()).copy());
		this.sentBytes = 0;
	}

	#network(): Network {
		return {
			connect: () => client,
			send: (_, bytes, left) => {
				this.sentBytes += bytes.length;
				this.lastSent = bytes.slice(0, dataBytes);
				// As of a socket that takes all: the server uses its buffers again.
				left?.();
			},
			close: () => undefined,
			pause: () => undefined,
			resume: () => undefined,
		};
	}
}
