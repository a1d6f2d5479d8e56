import { didYouMean } from "../../spec/load/nearest.js";
import type { EnumSpec, OperationSpec, SequenceSpec, WireSpec } from "../../spec/load/wire-spec.js";
import { parseWireType } from "../../spec/load/wire-spec.js";
import { ByteReader } from "./byte-reader.js";
import { ByteWriter } from "./byte-writer.js";
import { type RecordDecoder, recordDecoder } from "./decode.js";
import {
	bytesOf,
	type EncodeContext,
	EncodeError,
	encodePrimitive,
	encodeRecord,
	fieldsOf,
	mustEnumValue,
} from "./encode.js";
import { decodeSequence, encodeSequence } from "./sequence.js";
import { describeValue, type Fields, isFields, type Value } from "./value.js";

export interface Decoded {
	readonly value: Fields;
	/** What the body has after its last known field. */
	readonly rest: Uint8Array;
}

export interface EncodeOptions {
	/** Whether fields that are left out get the defaults of the spec. */
	readonly defaults: boolean;
}

/**
 * Turns values into bytes and back, by the protocol description alone. Bodies have no header and no frame length.
 * Encoding throws `EncodeError`, decoding `DecodeError`; both name the field.
 */
export class Codec {
	readonly wire: WireSpec;
	readonly #names: ReadonlyMap<number, string>;
	readonly #byCode: ReadonlyMap<number, OperationSpec>;
	readonly #byXid: ReadonlyMap<number, OperationSpec>;
	/** By the path that their errors begin with: a record's or an operation's name. */
	readonly #decoders = new Map<string, { readonly body: string; readonly decode: RecordDecoder }>();

	constructor(wire: WireSpec) {
		this.wire = wire;
		this.#names = new Map([...this.#enum("error").values].map(([name, code]) => [code, name]));
		// Of several operations with one number the first in the files counts, so it is entered last.
		const operations = [...wire.operations.values()].reverse();
		this.#byCode = new Map(operations.map((operation) => [operation.code, operation]));
		this.#byXid = new Map(
			operations.flatMap((operation) => (operation.xid === undefined ? [] : [[operation.xid, operation]])),
		);
	}

	hasOperation(name: string): boolean {
		return this.wire.operations.has(name);
	}

	/** @throws EncodeError when there is no such operation */
	operation(name: string): OperationSpec {
		const operation = this.wire.operations.get(name);
		if (operation !== undefined) return operation;
		throw new EncodeError(name, `there is no such operation${didYouMean(name, this.wire.operations.keys())}`);
	}

	maybeOperationByCode(code: number): OperationSpec | undefined {
		return this.#byCode.get(code);
	}

	/** The operation with a fixed request number; of several, the first. */
	maybeOperationByXid(xid: number): OperationSpec | undefined {
		return this.#byXid.get(xid);
	}

	/** @throws EncodeError when a field is unknown, missing or does not fit */
	encodeRequest(name: string, fields: Value | undefined, options: EncodeOptions): Uint8Array {
		const operation = this.operation(name);
		const given = fieldsOf(operation.shorthand ?? this.#shorthand(operation.request), fields, name);
		return this.#encodeBody(operation.request, given, name, options, operation.defaults);
	}

	encodeReply(name: string, fields: Value | undefined): Uint8Array {
		return this.#encodeBody(
			this.operation(name).reply,
			fieldsOf(undefined, fields, name),
			name,
			{ defaults: false },
			{},
		);
	}

	/** The value has no fields when the operation's reply is its header only. */
	decodeReply(name: string, bytes: Uint8Array): Decoded {
		return this.#decodeBody(this.operation(name).reply, bytes, name);
	}

	/** Such a reply may have its list, empty, also when it fails. */
	repliesWithSequence(name: string): boolean {
		return this.wire.sequences.has(this.operation(name).reply ?? "");
	}

	decodeRequest(name: string, bytes: Uint8Array): Decoded {
		return this.#decodeBody(this.operation(name).request, bytes, name);
	}

	encodeRecord(name: string, value: Value, options: EncodeOptions = { defaults: true }): Uint8Array {
		const context = this.#context(options);
		encodeRecord(context, name, value, name);
		return context.writer.finish();
	}

	decodeRecord(name: string, bytes: Uint8Array): Decoded {
		return this.#decodeBody(name, bytes, name);
	}

	/**
	 * Bytes from parts such as `{int: 1}`, `{ustring: "/a"}`, `{hex: "00ff"}`, `{text: "x", times: 9}`,
	 * `{Stat: {...}}` or `{create: {...}}` (that operation's request), for frames that no request makes.
	 */
	encodeParts(parts: readonly Value[]): Uint8Array {
		const context = this.#context({ defaults: true });
		for (const [index, part] of parts.entries()) this.#encodePart(context, part, `parts[${index}]`);
		return context.writer.finish();
	}

	/** The name of a result code, or the number itself when it has none. */
	errorName(code: number): string {
		return this.#names.get(code) ?? String(code);
	}

	errorCode(name: string): number {
		return mustEnumValue(this.#enum("error"), name, "error");
	}

	enumValue(enumName: string, name: string): number {
		return mustEnumValue(this.#enum(enumName), name, enumName);
	}

	maybeEnumName(enumName: string, value: number): string | undefined {
		return [...this.#enum(enumName).values].find(([, each]) => each === value)?.[0];
	}

	/** @throws EncodeError when no special request number has this name */
	xid(name: string): number {
		const xid = this.wire.xids.get(name);
		if (xid === undefined) throw new EncodeError(name, "there is no xid of this name");
		return xid;
	}

	#enum(name: string): EnumSpec {
		const target = this.wire.enums.get(name);
		if (target !== undefined) return target;
		throw new EncodeError(name, `there is no enum of this name${didYouMean(name, this.wire.enums.keys())}`);
	}

	#shorthand(body: string | undefined): string | undefined {
		return body === undefined ? undefined : this.wire.records.get(body)?.shorthand;
	}

	#context({ defaults }: EncodeOptions): EncodeContext {
		return { wire: this.wire, writer: new ByteWriter(), defaults };
	}

	#encodeBody(body: string | undefined, fields: Fields, path: string, options: EncodeOptions, own: Fields): Uint8Array {
		const context = this.#context(options);
		const sequence = this.#maybeSequence(body);
		if (sequence !== undefined) encodeSequence(context, sequence, fields, path);
		else if (body !== undefined) encodeRecord(context, body, fields, path, own);
		else if (Object.keys(fields).length > 0) throw new EncodeError(path, "takes no fields");
		return context.writer.finish();
	}

	#decodeBody(body: string | undefined, bytes: Uint8Array, path: string): Decoded {
		if (body === undefined) return { value: {}, rest: bytes };
		const reader = new ByteReader(bytes);
		const sequence = this.#maybeSequence(body);
		const value =
			sequence === undefined ? this.#decoder(body, path)(reader) : decodeSequence(this.wire, sequence, reader, path);
		return { value, rest: reader.rest() };
	}

	#decoder(body: string, path: string): RecordDecoder {
		const known = this.#decoders.get(path);
		if (known?.body === body) return known.decode;
		const decode = recordDecoder(this.wire, body, path);
		this.#decoders.set(path, { body, decode });
		return decode;
	}

	#maybeSequence(body: string | undefined): SequenceSpec | undefined {
		return body === undefined ? undefined : this.wire.sequences.get(body);
	}

	#encodePart(context: EncodeContext, part: Value, path: string): void {
		if (!isFields(part))
			throw new EncodeError(path, `expected a mapping such as {int: 1}, found ${describeValue(part)}`);
		const [name, ...others] = Object.keys(part);
		if ("hex" in part || "text" in part) context.writer.raw(bytesOf(part, path) ?? new Uint8Array());
		else if (name === undefined || others.length > 0) throw new EncodeError(path, "expected one key, such as {int: 1}");
		else this.#encodeNamedPart(context, name, part[name] ?? null, path);
	}

	#encodeNamedPart(context: EncodeContext, name: string, value: Value, path: string): void {
		const type = parseWireType(name);
		if (type.kind === "primitive") encodePrimitive(context.writer, type.name, value, path);
		else if (this.hasOperation(name)) context.writer.raw(this.encodeRequest(name, value, { defaults: true }));
		else encodeRecord(context, name, value, path);
	}
}
