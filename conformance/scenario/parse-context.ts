import { type Place, SpecError } from "../../spec/load/spec-error.js";
import type { WireSpec } from "../../spec/load/wire-spec.js";
import type { YamlFile } from "../../spec/load/yaml-file.js";
import type { FaultKind } from "../drivers/ensemble-driver.js";
import type { Expectation, Matcher } from "./matcher.js";
import { isOperator, operatorNames } from "./matcher.js";
import { operatorProblem } from "./operator-problem.js";

export type YamlPath = readonly (string | number)[];
export type YamlMap = Readonly<Record<string, unknown>>;

/** What the wire spec tells the parser. */
export interface Vocabulary {
	readonly wire: WireSpec;
	hasOperation(name: string): boolean;
	operationNames(): readonly string[];
	hasEnumValue(enumeration: "error" | "eventType" | "keeperState", name: string): boolean;
	enumNames(enumeration: "error" | "eventType" | "keeperState"): readonly string[];
}

/** One scenario being parsed: knows where everything stands and numbers its expectations. */
export class ParseContext {
	readonly expectations: Expectation[] = [];
	/** What the steps parsed so far do to servers. */
	readonly faults = new Set<FaultKind>();
	readonly file: YamlFile;
	readonly vocabulary: Vocabulary;

	constructor(file: YamlFile, vocabulary: Vocabulary) {
		this.file = file;
		this.vocabulary = vocabulary;
	}

	place(path: YamlPath): Place {
		return this.file.at(path);
	}

	fail(path: YamlPath, message: string): never {
		throw new SpecError(this.place(path), message);
	}

	expectation(path: YamlPath, subject: string): Expectation {
		const expectation = { id: this.expectations.length, where: this.place(path), subject };
		this.expectations.push(expectation);
		return expectation;
	}

	/** A map and nothing else. */
	map(value: unknown, path: YamlPath, what: string): YamlMap {
		if (value === null || typeof value !== "object" || Array.isArray(value)) this.fail(path, `${what} must be a map`);
		return value as YamlMap;
	}

	list(value: unknown, path: YamlPath, what: string): readonly unknown[] {
		if (!Array.isArray(value)) this.fail(path, `${what} must be a list`);
		return value;
	}

	/** A demand on `subject`: maps go field by field, lists item by item, the rest is one leaf. */
	matcher(value: unknown, path: YamlPath, subject: string): Matcher {
		if (Array.isArray(value)) return this.#list(value, path, subject);
		if (value === null || typeof value !== "object" || isOperator(value)) return this.leaf(value, path, subject);
		const fields = Object.entries(value).map(([name, item]): [string, Matcher] => {
			if (name === "but")
				this.fail([...path, name], `"but" needs "same" before it; operators are ${operatorNames.join(", ")}`);
			return [name, this.matcher(item, [...path, name], `${subject}.${name}`)];
		});
		return { kind: "record", fields: new Map(fields) };
	}

	leaf(wanted: unknown, path: YamlPath, subject: string): Matcher {
		const problem = operatorProblem(wanted);
		if (problem !== undefined) this.fail(path, problem);
		return { kind: "leaf", wanted, expectation: this.expectation(path, subject) };
	}

	#list(value: readonly unknown[], path: YamlPath, subject: string): Matcher {
		const expectation = this.expectation(path, `the length of ${subject}`);
		const items = value.map((item, i) => this.matcher(item, [...path, i], `${subject}[${i}]`));
		return { kind: "list", items, expectation };
	}
}
