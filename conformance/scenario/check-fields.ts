import { didYouMean } from "../../spec/load/nearest.js";
import { SpecError } from "../../spec/load/spec-error.js";
import type { SequenceSpec, WireSpec, WireType } from "../../spec/load/wire-spec.js";
import { isOperator } from "./matcher.js";
import type { ParseContext, YamlPath } from "./parse-context.js";

/** What a result of a multi has beside the fields of its reply. */
const resultKeys = ["type", "err", "error"];

/** Refuses fields that the operation's request does not have; expressions and shorthands are left to the run. */
export function checkRequest(context: ParseContext, operation: string, fields: unknown, path: YamlPath): void {
	const { wire } = context.vocabulary;
	const body = wire.operations.get(operation)?.request;
	const sequence = body === undefined ? undefined : wire.sequences.get(body);
	if (sequence !== undefined) checkRequests(context, sequence, fields, path);
	else if (body !== undefined && isMap(fields) && !isOperator(fields)) checkRecord(context, body, fields, path);
}

/** Refuses demands on fields that the operation's reply does not have: they could never be met. */
export function checkReply(context: ParseContext, operation: string, reply: unknown, path: YamlPath): void {
	const { wire } = context.vocabulary;
	const body = wire.operations.get(operation)?.reply;
	const sequence = body === undefined ? undefined : wire.sequences.get(body);
	if (sequence !== undefined) checkResults(context, sequence, reply, path);
	else if (body !== undefined) checkRecord(context, body, reply, path);
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
	return value !== null && typeof value === "object" && !Array.isArray(value);
}

function checkRecord(context: ParseContext, name: string, value: unknown, path: YamlPath): void {
	if (!isMap(value)) return;
	const fields = context.vocabulary.wire.records.get(name)?.fields ?? [];
	if (isOperator(value) && !fields.some((field) => Object.hasOwn(value, field.name))) {
		checkRecord(context, name, value.but, [...path, "but"]);
		return;
	}
	for (const [key, item] of Object.entries(value)) {
		const field = fields.find((one) => one.name === key);
		if (field !== undefined) checkType(context, field.type, item, [...path, key]);
		else if (!key.includes("$"))
			refuse(
				context,
				name,
				key,
				fields.map((one) => one.name),
				path,
			);
	}
}

function checkType(context: ParseContext, type: WireType, value: unknown, path: YamlPath): void {
	if (type.kind === "record") checkRecord(context, type.name, value, path);
	if (type.kind !== "vector") return;
	for (const { item, at } of itemsOf(value, path)) checkType(context, type.item, item, at);
}

/** The items of a list, also of one inside of an operator such as `{contains: [...]}`. */
function itemsOf(value: unknown, path: YamlPath): { readonly item: unknown; readonly at: YamlPath }[] {
	if (Array.isArray(value)) return value.map((item: unknown, i) => ({ item, at: [...path, i] }));
	if (!isMap(value)) return [];
	const lists = ["contains", "unordered"].flatMap((key) => itemsOf(value[key], [...path, key]));
	return "each" in value ? [...lists, { item: value.each, at: [...path, "each"] }] : lists;
}

function checkRequests(context: ParseContext, sequence: SequenceSpec, fields: unknown, path: YamlPath): void {
	const listed = isMap(fields) ? fields[sequence.list] : fields;
	const at = isMap(fields) ? [...path, sequence.list] : path;
	for (const { item, at: place } of itemsOf(listed, at)) {
		if (!isMap(item)) continue;
		for (const [operation, own] of Object.entries(item)) {
			const names = context.vocabulary.operationNames();
			if (!names.includes(operation))
				context.fail([...place, operation], `unknown operation "${operation}"${didYouMean(operation, names)}`);
			checkRequest(context, operation, own, [...place, operation]);
		}
	}
}

function checkResults(context: ParseContext, sequence: SequenceSpec, reply: unknown, path: YamlPath): void {
	if (!isMap(reply)) return;
	const types = fieldsOfResults(context.vocabulary.wire, sequence);
	for (const key of Object.keys(reply)) {
		if (key !== sequence.list && !isOperator(reply)) refuse(context, sequence.name, key, [sequence.list], path);
	}
	for (const { item, at } of itemsOf(reply[sequence.list], [...path, sequence.list])) {
		if (!isMap(item) || isOperator(item)) continue;
		for (const [key, value] of Object.entries(item)) {
			const type = types.get(key);
			if (type !== undefined) checkType(context, type, value, [...at, key]);
			else if (!resultKeys.includes(key)) refuse(context, "a result", key, [...types.keys(), ...resultKeys], at);
		}
	}
}

function fieldsOfResults(wire: WireSpec, sequence: SequenceSpec): ReadonlyMap<string, WireType> {
	const replies = sequence.operations.map((name) => wire.operations.get(name)?.reply);
	const fields = replies.flatMap((reply) => (reply === undefined ? [] : (wire.records.get(reply)?.fields ?? [])));
	return new Map(fields.map(({ name, type }) => [name, type]));
}

function refuse(context: ParseContext, what: string, key: string, known: readonly string[], path: YamlPath): never {
	const hint = didYouMean(key, known) || `; it has ${known.join(", ") || "none"}`;
	throw new SpecError(context.file.atKey([...path, key]), `${what} has no field "${key}"${hint}`);
}
