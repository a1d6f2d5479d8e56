import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { AnySchemaObject } from "ajv";
import { type Document, isAlias, LineCounter, type Node, parseDocument, visit } from "yaml";
import { packageRoot } from "./package-root.js";
import { remember } from "./parsed-store.js";
import { findProblems, type Problem } from "./schema-problems.js";
import { describePlace, type Place, SpecError } from "./spec-error.js";
import { offsetAt, type Path, type Spot, spotsOf } from "./spot.js";

/** A checked spec file. Whole numbers are `number` when exact, else `bigint`. */
export interface YamlFile {
	readonly file: string;
	readonly value: unknown;
	/** Where the value at a path starts; the nearest parent for a path that does not exist. */
	at(path: Path): Place;
	/** Where the last key of a path starts. */
	atKey(path: Path): Place;
}

/**
 * Reads one spec file, which must say `zkspec: <kind>/v<N>` and fit the JSON Schema of that kind and version.
 * @throws SpecError for text that is not YAML, duplicate keys, another kind, a newer version, or a wrong shape
 */
export function readYamlFile(file: string, kind: string): YamlFile {
	const text = readFileSync(file, "utf8");
	return yamlFileOf(
		file,
		remember(file, [text, kind, ...schemaTexts(kind)], () => parseChecked(file, text, kind)),
	);
}

/** `readYamlFile` for text that is already at hand; `file` only names it in errors. */
export function parseYamlFile(file: string, text: string, kind: string): YamlFile {
	return yamlFileOf(file, parseChecked(file, text, kind));
}

/** Plain data: what it takes to be a `YamlFile`. */
interface Parsed {
	readonly value: unknown;
	readonly root: Spot;
	/** Offsets. */
	readonly lineStarts: number[];
}

function yamlFileOf(file: string, { value, root, lineStarts }: Parsed): YamlFile {
	const place = placing(file, lineStarts);
	return {
		file,
		value,
		at: (path) => place(offsetAt(root, path, false)),
		atKey: (path) => place(offsetAt(root, path, true)),
	};
}

function placing(file: string, lineStarts: number[]): (offset: number) => Place {
	const lineCounter = new LineCounter();
	lineCounter.lineStarts = lineStarts;
	return (offset) => {
		const { line, col } = lineCounter.linePos(offset);
		return { file, line, column: col };
	};
}

function parseChecked(file: string, text: string, kind: string): Parsed {
	const parsed = parse(file, text);
	const yaml = yamlFileOf(file, parsed);
	const schema = readSchema(kind, mustVersion(yaml, kind));
	const problems = findProblems(schema, withoutBigints(yaml.value));
	if (problems.length > 0) throw errorOf(yaml, problems);
	return parsed;
}

function parse(file: string, text: string): Parsed {
	const lineCounter = new LineCounter();
	const document = parseDocument(text, { intAsBigInt: true, lineCounter, prettyErrors: false, uniqueKeys: true });
	const place = placing(file, lineCounter.lineStarts);
	const targets = aliasTargets(document);
	// What follows a first error of syntax is mostly its consequence.
	const found: readonly Fault[] = [...document.errors.slice(0, 1), ...document.warnings, ...loops(targets)];
	const faults = found.map(({ pos, code = "", message }) => ({
		at: place(pos[0]),
		message: reworded[code] ?? message,
	}));
	if (faults[0] !== undefined) {
		const more = faults.slice(1).map(({ at, message }) => `${describePlace(at)}: ${message}`);
		throw new SpecError(faults[0].at, faults[0].message, more);
	}
	const root = spotsOf(document.contents as Node | null, targets);
	return { value: normalise(document.toJS()), root, lineStarts: lineCounter.lineStarts };
}

/** Where the parser speaks of its own functions. */
const reworded: Readonly<Record<string, string>> = {
	MULTIPLE_DOCS: "found a second document; expected one",
};

interface Fault {
	readonly code?: string;
	readonly pos: readonly [number, ...number[]];
	readonly message: string;
}

/** What each alias stands for, found in one walk: asking an alias itself walks the document every time. */
function aliasTargets(document: Document): ReadonlyMap<Node, Node> {
	const anchors = new Map<string, Node>();
	const targets = new Map<Node, Node>();
	visit(document, {
		Node: (_, node) => {
			if (isAlias(node)) {
				const target = anchors.get(node.source);
				if (target !== undefined) targets.set(node, target);
			} else if (node.anchor !== undefined) anchors.set(node.anchor, node);
		},
	});
	return targets;
}

/** An alias inside of what it names would never end. */
function loops(targets: ReadonlyMap<Node, Node>): readonly Fault[] {
	const faults: Fault[] = [];
	for (const [alias, { range }] of targets) {
		const start = alias.range?.[0] ?? 0;
		if (!isAlias(alias) || !range || start < range[0] || start >= range[1]) continue;
		faults.push({ pos: [start], message: `found *${alias.source} inside of what it names; expected it outside` });
	}
	return faults;
}

function normalise(value: unknown): unknown {
	if (typeof value === "bigint") {
		const exact = value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
		return exact ? Number(value) : value;
	}
	return mapChildren(value, normalise);
}

/** JSON Schema knows no bigint; a rounded number has the same type for it. */
function withoutBigints(value: unknown): unknown {
	return typeof value === "bigint" ? Number(value) : mapChildren(value, withoutBigints);
}

function mapChildren(value: unknown, change: (child: unknown) => unknown): unknown {
	if (Array.isArray(value)) return value.map(change);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, change(child)]));
}

function mustVersion(yaml: YamlFile, kind: string): number {
	const header = (yaml.value as { zkspec?: unknown } | null)?.zkspec;
	const version = /^([a-zA-Z-]+)\/v(\d+)$/.exec(String(header));
	if (version === null || version[1] !== kind) {
		const found = header === undefined ? 'key "zkspec" is missing' : `found "zkspec: ${String(header)}"`;
		throw new SpecError(yaml.at(["zkspec"]), `${found}; expected "zkspec: ${kind}/v${newestVersion(kind)}"`);
	}
	const number = Number(version[2]);
	if (number <= newestVersion(kind)) return number;
	const text = `schema ${kind}/v${number} is newer than this runner knows (v${newestVersion(kind)})`;
	throw new SpecError(yaml.at(["zkspec"]), text);
}

const schemaFolder = path.join(packageRoot, "spec", "schema");

function newestVersion(kind: string): number {
	const versions = readdirSync(schemaFolder).map((name) => {
		const match = /^(.+)\.v(\d+)\.json$/.exec(name);
		return match?.[1] === kind ? Number(match[2]) : 0;
	});
	return Math.max(...versions, 0);
}

function schemaTexts(kind: string): readonly string[] {
	const names = readdirSync(schemaFolder).filter((name) => name.startsWith(`${kind}.v`));
	return names.map((name) => readFileSync(path.join(schemaFolder, name), "utf8"));
}

const schemas = new Map<string, AnySchemaObject>();

function readSchema(kind: string, version: number): AnySchemaObject {
	const file = path.join(schemaFolder, `${kind}.v${version}.json`);
	let schema = schemas.get(file);
	if (schema === undefined) {
		if (!existsSync(file)) throw new Error(`there is no JSON Schema for ${kind}/v${version}`);
		schema = JSON.parse(readFileSync(file, "utf8")) as AnySchemaObject;
		schemas.set(file, schema);
	}
	return schema;
}

function errorOf(yaml: YamlFile, problems: readonly Problem[]): SpecError {
	const placed = problems.map(({ path, onKey, text }) => ({ text, at: onKey ? yaml.atKey(path) : yaml.at(path) }));
	const [first, ...rest] = placed as [{ text: string; at: Place }];
	const more = (rest as readonly { text: string; at: Place }[]).map(({ at, text }) => `${describePlace(at)}: ${text}`);
	return new SpecError(first.at, first.text, more);
}
