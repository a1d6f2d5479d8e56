import type { PrimitiveName, WireSpec, WireType } from "../../spec/load/wire-spec.js";
import type { ByteReader } from "./byte-reader.js";
import type { Fields, Value } from "./value.js";

/** Reads a record; an optional field is left out when no bytes remain for it. */
export function decodeRecord(wire: WireSpec, name: string, reader: ByteReader, path: string): Fields {
	const record = wire.records.get(name);
	if (record === undefined) return reader.fail(path, `there is no record "${name}"`);
	const value: Record<string, Value> = {};
	for (const field of record.fields) {
		if (field.optional && reader.remaining === 0) break;
		value[field.name] = decodeValue(wire, field.type, reader, `${path}.${field.name}`);
	}
	return value;
}

/** Reads one record again and again from fresh bytes, without looking at its description each time. */
export type RecordDecoder = (reader: ByteReader) => Fields;

/** As `decodeRecord` with this path; the paths of its fields are made once. */
export function recordDecoder(wire: WireSpec, name: string, path: string): RecordDecoder {
	const fields = wire.records.get(name)?.fields;
	if (fields === undefined) return (reader) => reader.fail(path, `there is no record "${name}"`);
	const steps = fields.map(({ name: field, type, optional }) => ({
		field,
		optional: optional === true,
		read: valueDecoder(wire, type, `${path}.${field}`),
	}));
	return (reader) => {
		const value: Record<string, Value> = {};
		for (const { field, optional, read } of steps) {
			if (optional && reader.remaining === 0) break;
			value[field] = read(reader);
		}
		return value;
	};
}

function valueDecoder(wire: WireSpec, type: WireType, path: string): (reader: ByteReader) => Value {
	if (type.kind === "record") return recordDecoder(wire, type.name, path);
	if (type.kind === "vector") return (reader) => decodeVector(wire, type.item, reader, path);
	const { name } = type;
	return (reader) => decodePrimitive(name, reader, path);
}

function decodeValue(wire: WireSpec, type: WireType, reader: ByteReader, path: string): Value {
	switch (type.kind) {
		case "primitive":
			return decodePrimitive(type.name, reader, path);
		case "vector":
			return decodeVector(wire, type.item, reader, path);
		case "record":
			return decodeRecord(wire, type.name, reader, path);
	}
}

function decodeVector(wire: WireSpec, item: WireType, reader: ByteReader, path: string): Value {
	const count = reader.count(path);
	if (count === null) return null;
	return Array.from({ length: count }, (_, index) => decodeValue(wire, item, reader, `${path}[${index}]`));
}

function decodePrimitive(type: PrimitiveName, reader: ByteReader, path: string): Value {
	switch (type) {
		case "boolean":
			return reader.byte(path) !== 0;
		case "byte":
			return reader.byte(path);
		case "int":
			return reader.int(path);
		case "long":
			return reader.long(path);
		case "float":
			return reader.float(path);
		case "double":
			return reader.double(path);
		case "ustring":
			return textOf(reader.buffer(path));
		case "buffer":
			return reader.buffer(path);
	}
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Bytes that are not UTF-8 become U+FFFD, as in other clients. */
function textOf(bytes: Uint8Array | null): string | null {
	return bytes === null ? null : utf8.decode(bytes);
}
