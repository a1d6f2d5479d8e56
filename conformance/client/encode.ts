import { didYouMean } from "../../spec/load/nearest.js";
import type { EnumSpec, FieldSpec, PrimitiveName, RecordSpec, WireSpec, WireType } from "../../spec/load/wire-spec.js";
import type { ByteWriter } from "./byte-writer.js";
import { describeValue, type Fields, isFields, type Value } from "./value.js";

/** A value that cannot be written as its field's type; the message begins with the field's path. */
export class EncodeError extends Error {
	override readonly name = "EncodeError";
	readonly path: string;

	constructor(path: string, text: string) {
		super(`${path}: ${text}`);
		this.path = path;
	}
}

export interface EncodeContext {
	readonly wire: WireSpec;
	readonly writer: ByteWriter;
	/** Whether fields that are left out get the defaults of the spec. */
	readonly defaults: boolean;
}

/** Writes a record; `own` are defaults that go before the record's. */
export function encodeRecord(context: EncodeContext, name: string, value: Value, path: string, own: Fields = {}): void {
	const record = context.wire.records.get(name);
	if (record === undefined) throw new EncodeError(path, `there is no record "${name}"`);
	const given = fieldsOf(record.shorthand, value, path);
	assertKnownKeys(record, given, path);
	const fields = context.defaults ? { ...record.defaults, ...own, ...given } : given;
	let absent: string | undefined;
	for (const field of record.fields) {
		const fieldValue = fields[field.name];
		if (fieldValue === undefined && field.optional) {
			absent = field.name;
			continue;
		}
		if (absent !== undefined)
			throw new EncodeError(`${path}.${field.name}`, `cannot follow "${absent}", which is left out`);
		encodeField(context, field, fieldValue, `${path}.${field.name}`);
	}
}

/** A bare value stands for the shorthand field; nothing at all for no fields. */
export function fieldsOf(shorthand: string | undefined, value: Value | undefined, path: string): Fields {
	if (value === undefined) return {};
	if (isFields(value) && !isBytesForm(value)) return value;
	if (shorthand !== undefined) return { [shorthand]: value };
	if (value === null) return {};
	throw new EncodeError(path, `expected a mapping of fields, found ${describeValue(value)}`);
}

function assertKnownKeys(record: RecordSpec, given: Fields, path: string): void {
	for (const key of Object.keys(given)) {
		if (record.fields.some(({ name }) => name === key)) continue;
		const known = record.fields.map(({ name }) => name);
		const expected = `expected one of ${known.join(", ")}${didYouMean(key, known)}`;
		throw new EncodeError(`${path}.${key}`, `${record.name} has no such field; ${expected}`);
	}
}

function encodeField(context: EncodeContext, field: FieldSpec, value: Value | undefined, path: string): void {
	if (value === undefined) throw new EncodeError(path, "no value is given and there is no default");
	encodeValue(context, field.type, numbered(context.wire, field.enumName, value, path), path);
}

function numbered(wire: WireSpec, enumName: string | undefined, value: Value, path: string): Value {
	const target = enumName === undefined ? undefined : wire.enums.get(enumName);
	return target === undefined ? value : enumNumber(target, value, path);
}

/** A number stays; a name becomes its number; a list of names is combined when the enum is of flags. */
function enumNumber(target: EnumSpec, value: Value, path: string): Value {
	if (typeof value === "string") return mustEnumValue(target, value, path);
	if (!Array.isArray(value) || !target.flags) return value;
	return (value as readonly Value[]).reduce<number>((bits, each) => bits | Number(enumNumber(target, each, path)), 0);
}

export function mustEnumValue(target: EnumSpec, name: string, path: string): number {
	const value = target.values.get(name);
	if (value !== undefined) return value;
	throw new EncodeError(path, `${target.name} has no "${name}"${didYouMean(name, target.values.keys())}`);
}

function encodeValue(context: EncodeContext, type: WireType, value: Value, path: string): void {
	switch (type.kind) {
		case "primitive":
			encodePrimitive(context.writer, type.name, value, path);
			break;
		case "vector":
			encodeVector(context, type.item, value, path);
			break;
		case "record":
			encodeRecord(context, type.name, value, path);
			break;
	}
}

function encodeVector(context: EncodeContext, item: WireType, value: Value, path: string): void {
	if (value === null) {
		context.writer.int(-1);
		return;
	}
	if (!Array.isArray(value)) throw new EncodeError(path, `expected a list or null, found ${describeValue(value)}`);
	const items = value as readonly Value[];
	context.writer.int(items.length);
	for (const [index, each] of items.entries()) encodeValue(context, item, each, `${path}[${index}]`);
}

export function encodePrimitive(writer: ByteWriter, type: PrimitiveName, value: Value, path: string): void {
	switch (type) {
		case "boolean":
			if (typeof value !== "boolean")
				throw new EncodeError(path, `expected true or false, found ${describeValue(value)}`);
			writer.byte(value ? 1 : 0);
			break;
		case "byte":
			writer.byte(mustInt(value, 8, path));
			break;
		case "int":
			writer.int(mustInt(value, 32, path));
			break;
		case "long":
			writer.long(mustLong(value, path));
			break;
		case "float":
			writer.float(mustNumber(value, path));
			break;
		case "double":
			writer.double(mustNumber(value, path));
			break;
		case "ustring":
		case "buffer":
			writer.buffer(bytesOf(value, path));
			break;
	}
}

function mustNumber(value: Value, path: string): number {
	if (typeof value === "number" || typeof value === "bigint") return Number(value);
	throw new EncodeError(path, `expected a number, found ${describeValue(value)}`);
}

function mustInt(value: Value, bits: number, path: string): number {
	const number = mustNumber(value, path);
	const limit = 2 ** (bits - 1);
	if (Number.isInteger(number) && number >= -limit && number < limit) return number;
	throw new EncodeError(path, `expected a whole number of ${bits} bits, found ${describeValue(value)}`);
}

function mustLong(value: Value, path: string): bigint {
	if (typeof value === "number" && !Number.isSafeInteger(value)) {
		throw new EncodeError(path, `expected an exact whole number, found ${describeValue(value)}`);
	}
	const long = typeof value === "bigint" ? value : BigInt(mustNumber(value, path));
	if (BigInt.asIntN(64, long) === long) return long;
	throw new EncodeError(path, `expected a whole number of 64 bits, found ${long}`);
}

const isBytesForm = (value: Fields) => "hex" in value || "text" in value;

/** Text is UTF-8; `{hex: "00ff"}` gives the bytes themselves; `{text: "x", times: 3}` repeats. */
export function bytesOf(value: Value, path: string): Uint8Array | null {
	if (value === null || value instanceof Uint8Array) return value;
	if (typeof value === "string") return Buffer.from(value, "utf8");
	if (isFields(value) && typeof value.hex === "string") return hexBytes(value.hex, path);
	if (isFields(value) && typeof value.text === "string") {
		return Buffer.from(value.text.repeat(Number(value.times ?? 1)), "utf8");
	}
	const forms = "text, null, {hex: ...} or {text: ..., times: ...}";
	throw new EncodeError(path, `expected ${forms}, found ${describeValue(value)}`);
}

function hexBytes(hex: string, path: string): Uint8Array {
	const digits = hex.replaceAll(/\s+/g, "");
	if (/^([0-9a-fA-F]{2})*$/.test(digits)) return Buffer.from(digits, "hex");
	throw new EncodeError(path, `expected pairs of hexadecimal digits, found ${describeValue(hex)}`);
}
