import type { Codec } from "../../conformance/client/codec.js";
import type { Fields } from "../../conformance/client/value.js";
import type { Outbox } from "./outbox.js";
import { putInt, type Values } from "./values.js";

/** Numbers in paths have this many digits, so that every path of a sort has the same length. */
const digits = 8;
const anyNumber = "0".repeat(digits);

/** A whole request, length included; `digitsAt` are the places of the numbers in its path. */
interface Template {
	readonly bytes: Uint8Array;
	readonly digitsAt: readonly number[];
}

/** A request whose value comes between head and tail; the head ends with the value's length. */
interface ValueTemplate {
	readonly head: Template;
	readonly tail: Uint8Array;
}

export function keyName(key: number): string {
	return `k${String(key).padStart(digits, "0")}`;
}

/** Where a session's children are. */
export function folderName(session: number): string {
	return `c${String(session).padStart(digits, "0")}`;
}

/** Writes requests into an outbox: each is encoded once, by the protocol's description, and patched from then on. */
export class RequestWriter {
	readonly #codec: Codec;
	readonly #values: Values;
	readonly #out: Outbox;
	readonly #getData: Template;
	readonly #exists: Template;
	readonly #watch: Template;
	readonly #getChildren: Template;
	readonly #delete: Template;
	readonly #sync: Template;
	readonly #ping: Template;
	readonly #closeSession: Template;
	readonly #setData: ValueTemplate;
	readonly #create: ValueTemplate;
	readonly #createKey: ValueTemplate;
	readonly #part: ValueTemplate;
	readonly #multi: Template;
	readonly #multiEnd: Uint8Array;

	constructor(codec: Codec, root: string, values: Values, out: Outbox) {
		this.#codec = codec;
		this.#values = values;
		this.#out = out;
		const key = `${root}/k${anyNumber}`;
		const folder = `${root}/c${anyNumber}`;
		const child = `${folder}/n${anyNumber}`;
		this.#getData = this.#template("getData", { path: key, watch: false });
		this.#exists = this.#template("exists", { path: key, watch: false });
		this.#watch = this.#template("exists", { path: key, watch: true });
		this.#getChildren = this.#template("getChildren", { path: folder, watch: false });
		this.#delete = this.#template("delete", { path: child, version: -1 });
		this.#sync = this.#template("sync", { path: root });
		this.#ping = this.#template("ping", {});
		this.#closeSession = this.#template("closeSession", {});
		this.#setData = this.#valueTemplate("setData", { path: key, version: -1 });
		this.#create = this.#valueTemplate("create", { path: child });
		this.#createKey = this.#valueTemplate("create", { path: key });
		this.#multi = this.#whole(this.#header("multi"), []);
		const partHeader = codec.encodeRecord("MultiHeader", {
			type: codec.operation("setData").code,
			done: false,
			err: -1,
		});
		const part = splitAtValue(codec.encodeRequest("setData", { path: key, data: "", version: -1 }, { defaults: true }));
		this.#part = {
			head: { bytes: Buffer.concat([partHeader, part.head]), digitsAt: digitsOf(partHeader.length, part.head) },
			tail: part.tail,
		};
		this.#multiEnd = codec.encodeRecord("MultiHeader", { type: -1, done: true, err: -1 });
	}

	getData(xid: number, key: number, out = this.#out): void {
		this.#one(this.#getData, xid, key, out);
	}

	exists(xid: number, key: number): void {
		this.#one(this.#exists, xid, key, this.#out);
	}

	watch(xid: number, key: number): void {
		this.#one(this.#watch, xid, key, this.#out);
	}

	getChildren(xid: number, session: number, out = this.#out): void {
		this.#one(this.#getChildren, xid, session, out);
	}

	delete(xid: number, session: number, child: number): void {
		const at = this.#put(this.#delete, xid);
		putDigits(this.#out.bytes, at + (this.#delete.digitsAt[0] as number), session);
		putDigits(this.#out.bytes, at + (this.#delete.digitsAt[1] as number), child);
	}

	sync(xid: number): void {
		this.#put(this.#sync, xid);
	}

	ping(): void {
		this.#put(this.#ping, this.#codec.xid("ping"));
	}

	closeSession(xid: number): void {
		this.#put(this.#closeSession, xid);
	}

	setData(xid: number, key: number, sequence: number): void {
		this.#writeKey(this.#setData, xid, key, sequence);
	}

	/** With what it has before the first setData. */
	createKey(xid: number, key: number): void {
		this.#writeKey(this.#createKey, xid, key, 0);
	}

	create(xid: number, session: number, child: number): void {
		const { head } = this.#create;
		const at = this.#putWithValue(this.#create, session, child);
		putInt(this.#out.bytes, at + 4, xid);
		putDigits(this.#out.bytes, at + (head.digitsAt[0] as number), session);
		putDigits(this.#out.bytes, at + (head.digitsAt[1] as number), child);
		putInt(this.#out.bytes, at, this.#out.length - at - 4);
	}

	/** One transaction that writes two keys, or one key twice. */
	multi(xid: number, key: number, sequence: number, other: number, otherSequence: number): void {
		const at = this.#put(this.#multi, xid);
		this.#putPart(key, sequence);
		this.#putPart(other, otherSequence);
		this.#raw(this.#multiEnd);
		putInt(this.#out.bytes, at, this.#out.length - at - 4);
	}

	/** The handshake: id 0 is a new session. */
	connect(lastZxid: number, timeoutMs: number, sessionId: bigint, password: Uint8Array): void {
		const fields = { lastZxidSeen: BigInt(lastZxid), timeOut: timeoutMs, sessionId, passwd: password };
		const body = this.#codec.encodeRecord(this.#codec.wire.handshake.request, fields);
		putInt(this.#out.bytes, this.#out.reserve(4), body.length);
		this.#raw(body);
	}

	#writeKey(template: ValueTemplate, xid: number, key: number, sequence: number): void {
		const at = this.#putWithValue(template, key, sequence);
		putInt(this.#out.bytes, at + 4, xid);
		putDigits(this.#out.bytes, at + (template.head.digitsAt[0] as number), key);
		putInt(this.#out.bytes, at, this.#out.length - at - 4);
	}

	#putPart(key: number, sequence: number): void {
		const at = this.#putWithValue(this.#part, key, sequence);
		putDigits(this.#out.bytes, at + (this.#part.head.digitsAt[0] as number), key);
	}

	#one(template: Template, xid: number, number: number, out: Outbox): void {
		const at = this.#put(template, xid, out);
		putDigits(out.bytes, at + (template.digitsAt[0] as number), number);
	}

	#put({ bytes }: Template, xid: number, out = this.#out): number {
		const at = this.#raw(bytes, out);
		putInt(out.bytes, at + 4, xid);
		return at;
	}

	#putWithValue({ head, tail }: ValueTemplate, key: number, sequence: number): number {
		const length = this.#values.lengthOf(key, sequence);
		const at = this.#raw(head.bytes);
		const valueAt = this.#out.reserve(length);
		putInt(this.#out.bytes, valueAt - 4, length);
		this.#values.write(this.#out.bytes, valueAt, length, key, sequence);
		this.#raw(tail);
		return at;
	}

	#raw(bytes: Uint8Array, out = this.#out): number {
		const at = out.reserve(bytes.length);
		const target = out.bytes;
		// Short as they are, a loop is faster than a call.
		for (let index = 0; index < bytes.length; index++) target[at + index] = bytes[index] as number;
		return at;
	}

	#header(operation: string): Uint8Array {
		const { code } = this.#codec.operation(operation);
		return this.#codec.encodeRecord(this.#codec.wire.headers.request, { xid: 0, type: code });
	}

	#template(operation: string, fields: Fields): Template {
		const header = this.#header(operation);
		return this.#whole(header, this.#codec.encodeRequest(operation, fields, { defaults: true }));
	}

	#whole(header: Uint8Array, body: Uint8Array | []): Template {
		const bytes = Buffer.concat([Buffer.alloc(4), header, Uint8Array.from(body)]);
		bytes.writeInt32BE(bytes.length - 4);
		return { bytes, digitsAt: digitsOf(0, bytes) };
	}

	#valueTemplate(operation: string, fields: Fields): ValueTemplate {
		const body = this.#codec.encodeRequest(operation, { ...fields, data: "" }, { defaults: true });
		const { head, tail } = splitAtValue(body);
		const bytes = Buffer.concat([Buffer.alloc(4), this.#header(operation), head]);
		return { head: { bytes, digitsAt: digitsOf(0, bytes) }, tail };
	}
}

/** Behind the path and the length of an empty value. */
function splitAtValue(body: Uint8Array): { readonly head: Uint8Array; readonly tail: Uint8Array } {
	const pathBytes = Buffer.from(body).readInt32BE(0);
	const at = 4 + pathBytes + 4;
	return { head: body.subarray(0, at), tail: body.subarray(at) };
}

function digitsOf(before: number, bytes: Uint8Array): number[] {
	const text = Buffer.from(bytes).toString("latin1");
	return [...text.matchAll(/(?<=\/[kcn])0{8}/g)].map(({ index }) => before + index);
}

function putDigits(bytes: Uint8Array, at: number, number: number): void {
	let rest = number;
	for (let index = at + digits - 1; index >= at; index--) {
		const next = (rest / 10) | 0;
		bytes[index] = 48 + rest - next * 10;
		rest = next;
	}
}

/** The number at the end of a path; anything else than digits makes a number that is not due. */
export function numberAt(bytes: Uint8Array, at: number): number {
	let number = 0;
	for (let index = at; index < at + digits; index++) number = number * 10 + (bytes[index] as number) - 48;
	return number;
}
