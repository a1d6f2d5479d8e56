import type { OperationSpec, SequenceSpec, WireSpec } from "../../spec/load/wire-spec.js";
import type { ByteReader } from "./byte-reader.js";
import { decodeRecord } from "./decode.js";
import { type EncodeContext, EncodeError, encodeRecord } from "./encode.js";
import { describeValue, type Fields, isFields, type Value } from "./value.js";

/**
 * Writes a list of requests `{ops: [{create: {...}}, ...]}` or of results `{results: [{type: "create", err: 0, ...}, ...]}`.
 * Requests may name any operation, also those that servers refuse there.
 */
export function encodeSequence(context: EncodeContext, sequence: SequenceSpec, fields: Fields, path: string): void {
	const items = fields[sequence.list];
	if (!Array.isArray(items))
		throw new EncodeError(`${path}.${sequence.list}`, `expected a list, found ${describeValue(items)}`);
	for (const [index, item] of (items as readonly Value[]).entries()) {
		const at = `${path}.${sequence.list}[${index}]`;
		if (!isFields(item)) throw new EncodeError(at, `expected a mapping, found ${describeValue(item)}`);
		if (sequence.items === "request") encodeRequestItem(context, sequence, item, at);
		else encodeResultItem(context, sequence, item, at);
	}
	encodeRecord(context, sequence.header, sequence.end, path);
}

function encodeRequestItem(context: EncodeContext, sequence: SequenceSpec, item: Fields, path: string): void {
	const [name, ...others] = Object.keys(item);
	if (name === undefined || others.length > 0)
		throw new EncodeError(path, "expected one operation, such as {create: {...}}");
	const operation = mustOperation(context.wire, name, path);
	encodeHeader(context, sequence, { [sequence.select]: operation.code }, path);
	if (operation.request === undefined) return;
	encodeRecord(context, operation.request, item[name] ?? null, `${path}.${name}`, operation.defaults);
}

function encodeResultItem(context: EncodeContext, sequence: SequenceSpec, item: Fields, path: string): void {
	const { type, err, ...fields } = item;
	if (type === "error" && sequence.failed !== undefined) {
		encodeHeader(context, sequence, { [sequence.select]: sequence.failed.code, err: err ?? 0 }, path);
		encodeRecord(context, sequence.failed.record, { err: err ?? 0 }, path);
		return;
	}
	const operation = mustOperation(context.wire, String(type), path);
	encodeHeader(context, sequence, { [sequence.select]: resultCode(context.wire, operation), err: err ?? 0 }, path);
	if (operation.reply !== undefined) encodeRecord(context, operation.reply, fields, path);
}

function encodeHeader(context: EncodeContext, sequence: SequenceSpec, own: Fields, path: string): void {
	encodeRecord(context, sequence.header, { ...sequence.each, ...own }, path);
}

function mustOperation(wire: WireSpec, name: string, path: string): OperationSpec {
	const operation = wire.operations.get(name);
	if (operation === undefined) throw new EncodeError(path, `there is no operation "${name}"`);
	return operation;
}

function resultCode(wire: WireSpec, operation: OperationSpec): number {
	return (
		(operation.resultOf === undefined ? undefined : wire.operations.get(operation.resultOf)?.code) ?? operation.code
	);
}

/** Reads items until the header that says so; results of operations that have no place there are an error. */
export function decodeSequence(wire: WireSpec, sequence: SequenceSpec, reader: ByteReader, path: string): Fields {
	const items: Fields[] = [];
	for (;;) {
		const at = `${path}.${sequence.list}[${items.length}]`;
		const header = decodeRecord(wire, sequence.header, reader, at);
		if (header[sequence.until] === true) return { [sequence.list]: items };
		items.push(decodeItem(wire, sequence, header, reader, at));
	}
}

function decodeItem(wire: WireSpec, sequence: SequenceSpec, header: Fields, reader: ByteReader, path: string): Fields {
	const code = header[sequence.select];
	if (sequence.failed !== undefined && code === sequence.failed.code) {
		return decodeFailure(wire, sequence.failed.record, header, reader, path);
	}
	const operation = maybeOperationByCode(wire, code);
	if (operation === undefined) return reader.fail(path, `there is no operation ${describeValue(code)}`);
	if (sequence.items === "request") {
		const body = operation.request === undefined ? {} : decodeRecord(wire, operation.request, reader, path);
		return { [operation.name]: body };
	}
	if (!sequence.operations.includes(operation.name)) {
		return reader.fail(path, `a result of ${operation.name} has no place in ${sequence.name}`);
	}
	const body = operation.reply === undefined ? {} : decodeRecord(wire, operation.reply, reader, path);
	return { type: operation.name, err: header.err ?? 0, ...body };
}

function decodeFailure(wire: WireSpec, record: string, header: Fields, reader: ByteReader, path: string): Fields {
	const failure = decodeRecord(wire, record, reader, path);
	if (failure.err !== header.err) {
		reader.fail(path, `the header says err ${describeValue(header.err)}, the body ${describeValue(failure.err)}`);
	}
	return { type: "error", ...failure };
}

/** The first operation with a code; extra files may describe more bodies for the same code. */
function maybeOperationByCode(wire: WireSpec, code: Value | undefined): OperationSpec | undefined {
	return [...wire.operations.values()].find((operation) => operation.code === code);
}
