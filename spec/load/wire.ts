import { readdirSync } from "node:fs";
import path from "node:path";
import { didYouMean } from "./nearest.js";
import { packageRoot } from "./package-root.js";
import { describePlace, type Place, SpecError } from "./spec-error.js";
import type { Path } from "./spot.js";
import {
	type EnumSpec,
	type FieldSpec,
	type OperationSpec,
	type PlainFields,
	parseWireType,
	type RecordSpec,
	type SequenceSpec,
	type WireSpec,
	type WireType,
} from "./wire-spec.js";
import { readYamlFile, type YamlFile } from "./yaml-file.js";

/**
 * Loads the protocol from `spec/wire/*.yaml` and the given extra files, which may add records, sequences, operations,
 * constants and request numbers.
 * @throws SpecError for a name that is defined twice or not at all
 */
export function loadWireSpec(extraFiles: readonly string[] = []): WireSpec {
	const merge = new Merge();
	for (const file of [...bundledFiles(), ...extraFiles]) merge.add(readYamlFile(file, "wire"));
	return merge.finish();
}

function bundledFiles(): readonly string[] {
	const folder = path.join(packageRoot, "spec", "wire");
	const names = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
	return names.sort().map((name) => path.join(folder, name));
}

interface RawField {
	readonly type: string;
	readonly enum?: string;
	readonly optional?: boolean;
}
interface RawRecord {
	readonly fields: Readonly<Record<string, string | RawField>>;
	readonly defaults?: PlainFields;
	readonly shorthand?: string;
}
type RawOperation = Omit<OperationSpec, "name" | "xid" | "defaults"> & { xid?: string; defaults?: PlainFields };
type RawSequence = Omit<SequenceSpec, "name" | "operations"> & { operations?: readonly string[] };
interface RawWire {
	readonly frame?: WireSpec["frame"];
	readonly handshake?: WireSpec["handshake"];
	readonly headers?: WireSpec["headers"];
	readonly xids?: Readonly<Record<string, number>>;
	readonly fourLetterWords?: readonly string[];
	readonly enums?: Readonly<Record<string, { flags?: boolean; names: Record<string, number | { value: number }> }>>;
	readonly records?: Readonly<Record<string, RawRecord>>;
	readonly sequences?: Readonly<Record<string, RawSequence>>;
	readonly operations?: Readonly<Record<string, RawOperation>>;
}

/** Something to look up once everything is merged. */
interface Check {
	readonly name: string;
	readonly among: () => Iterable<string>;
	readonly what: string;
	readonly place: Place;
}

/** Collects the files of one load; a name belongs to the file that defines it first. */
class Merge {
	readonly #single = new Map<"frame" | "handshake" | "headers", unknown>();
	readonly #xids = new Map<string, number>();
	readonly #words: string[] = [];
	readonly #enums = new Map<string, { flags: boolean; values: Map<string, number> }>();
	readonly #records = new Map<string, RecordSpec>();
	readonly #sequences = new Map<string, SequenceSpec>();
	readonly #operations = new Map<string, RawOperation>();
	readonly #places = new Map<string, Place>();
	readonly #checks: Check[] = [];

	add(yaml: YamlFile): void {
		const raw = yaml.value as RawWire;
		this.#addSingles(yaml, raw);
		for (const [name, xid] of Object.entries(raw.xids ?? {})) {
			this.#define(yaml, ["xids", name]);
			this.#xids.set(name, xid);
		}
		for (const [name, { flags, names }] of Object.entries(raw.enums ?? {})) this.#addEnum(yaml, name, flags, names);
		for (const [name, record] of Object.entries(raw.records ?? {})) this.#addRecord(yaml, name, record);
		for (const [name, sequence] of Object.entries(raw.sequences ?? {})) this.#addSequence(yaml, name, sequence);
		for (const [name, operation] of Object.entries(raw.operations ?? {})) this.#addOperation(yaml, name, operation);
	}

	finish(): WireSpec {
		for (const check of this.#checks) mustExist(check);
		return {
			frame: this.#mustSingle("frame"),
			handshake: this.#mustSingle("handshake"),
			headers: this.#mustSingle("headers"),
			xids: this.#xids,
			fourLetterWords: this.#words,
			enums: new Map([...this.#enums].map(([name, each]): [string, EnumSpec] => [name, { name, ...each }])),
			records: this.#records,
			sequences: this.#sequences,
			operations: new Map([...this.#operations].map(([name, raw]) => [name, this.#operation(name, raw)])),
			places: this.#places,
		};
	}

	#define(yaml: YamlFile, path: Path): Place {
		const name = path.join(".");
		const place = yaml.atKey(path);
		const first = this.#places.get(name);
		if (first !== undefined) {
			throw new SpecError(place, `"${path.at(-1)}" is defined again; it is already defined at ${describePlace(first)}`);
		}
		this.#places.set(name, place);
		return place;
	}

	#addSingles(yaml: YamlFile, raw: RawWire): void {
		for (const key of ["frame", "handshake", "headers"] as const) {
			if (raw[key] === undefined) continue;
			this.#define(yaml, [key]);
			this.#single.set(key, raw[key]);
		}
		this.#words.push(...(raw.fourLetterWords ?? []).filter((word) => !this.#words.includes(word)));
	}

	#mustSingle<K extends "frame" | "handshake" | "headers">(key: K): WireSpec[K] {
		const value = this.#single.get(key);
		if (value === undefined) throw new Error(`no wire file says "${key}"`);
		return value as WireSpec[K];
	}

	#addEnum(yaml: YamlFile, name: string, flags = false, names: Record<string, number | { value: number }>): void {
		const target = this.#enums.get(name) ?? { flags, values: new Map<string, number>() };
		this.#enums.set(name, target);
		for (const [key, value] of Object.entries(names)) {
			this.#define(yaml, ["enums", name, "names", key]);
			target.values.set(key, typeof value === "number" ? value : value.value);
		}
	}

	#addRecord(yaml: YamlFile, name: string, raw: RawRecord): void {
		this.#define(yaml, ["records", name]);
		const fields = Object.entries(raw.fields).map(([field, spec]) => this.#field(yaml, name, field, spec));
		const record = { name, fields, defaults: raw.defaults ?? {} };
		this.#records.set(name, raw.shorthand === undefined ? record : { ...record, shorthand: raw.shorthand });
		const known = () => fields.map((field) => field.name);
		for (const key of Object.keys(record.defaults)) {
			this.#checks.push({
				name: key,
				among: known,
				what: "field",
				place: yaml.atKey(["records", name, "defaults", key]),
			});
		}
		if (raw.shorthand !== undefined) {
			this.#checks.push({
				name: raw.shorthand,
				among: known,
				what: "field",
				place: yaml.at(["records", name, "shorthand"]),
			});
		}
	}

	#field(yaml: YamlFile, record: string, name: string, spec: string | RawField): FieldSpec {
		const raw = typeof spec === "string" ? { type: spec } : spec;
		const type = parseWireType(raw.type);
		const place = yaml.at(["records", record, "fields", name]);
		const ofRecord = maybeRecordName(type);
		if (ofRecord !== undefined) this.#mustBeRecord(ofRecord, place);
		const field = { name, type, optional: raw.optional ?? false };
		if (raw.enum === undefined) return field;
		this.#checks.push({ name: raw.enum, among: () => this.#enums.keys(), what: "enum", place });
		return { ...field, enumName: raw.enum };
	}

	#mustBeRecord(name: string, place: Place): void {
		this.#checks.push({ name, among: () => this.#records.keys(), what: "type or record", place });
	}

	#addSequence(yaml: YamlFile, name: string, raw: RawSequence): void {
		const place = this.#define(yaml, ["sequences", name]);
		this.#sequences.set(name, { ...raw, name, operations: raw.operations ?? [] });
		this.#mustBeRecord(raw.header, place);
		if (raw.failed !== undefined) this.#mustBeRecord(raw.failed.record, place);
		for (const [index, operation] of (raw.operations ?? []).entries()) {
			this.#mustBeOperation(operation, yaml.at(["sequences", name, "operations", index]));
		}
	}

	#mustBeOperation(name: string, place: Place): void {
		this.#checks.push({ name, among: () => this.#operations.keys(), what: "operation", place });
	}

	#addOperation(yaml: YamlFile, name: string, raw: RawOperation): void {
		this.#define(yaml, ["operations", name]);
		this.#operations.set(name, raw);
		const bodies = () => [...this.#records.keys(), ...this.#sequences.keys()];
		for (const key of ["request", "reply"] as const) {
			const body = raw[key];
			if (body === undefined) continue;
			this.#checks.push({ name: body, among: bodies, what: "record", place: yaml.at(["operations", name, key]) });
		}
		if (raw.resultOf !== undefined) this.#mustBeOperation(raw.resultOf, yaml.at(["operations", name, "resultOf"]));
		if (raw.xid !== undefined) {
			const place = yaml.at(["operations", name, "xid"]);
			this.#checks.push({ name: raw.xid, among: () => this.#xids.keys(), what: "xid", place });
		}
	}

	#operation(name: string, raw: RawOperation): OperationSpec {
		const { xid, defaults, ...rest } = raw;
		const number = xid === undefined ? undefined : this.#xids.get(xid);
		return { ...rest, name, defaults: defaults ?? {}, ...(number === undefined ? {} : { xid: number }) };
	}
}

function maybeRecordName(type: WireType): string | undefined {
	if (type.kind === "vector") return maybeRecordName(type.item);
	return type.kind === "record" ? type.name : undefined;
}

function mustExist({ name, among, what, place }: Check): void {
	const known = [...among()];
	if (known.includes(name)) return;
	throw new SpecError(place, `there is no ${what} "${name}"${didYouMean(name, known)}`);
}
