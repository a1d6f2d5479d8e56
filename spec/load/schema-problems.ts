import type { AnySchemaObject, ErrorObject } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { didYouMean } from "./nearest.js";

/** One thing that is wrong with a value; `onKey` says that the mistake is the last key of the path, not its value. */
export interface Problem {
	readonly path: readonly string[];
	readonly onKey: boolean;
	readonly text: string;
}

/** Checks a value against a JSON Schema (draft 2020-12, references only to its own `#/$defs/`); best problem first. */
export function findProblems(schema: AnySchemaObject, value: unknown): readonly Problem[] {
	const problems = withoutEchoes(explain({ root: schema, at: [] }, check(schema, value)));
	return problems.sort((a, b) => Number(b.onKey) - Number(a.onKey) || b.path.length - a.path.length);
}

/** A key that is missing because it is mistyped is one mistake, not two. */
function withoutEchoes(problems: readonly Problem[]): Problem[] {
	const meant = problems.map(({ text }) => /; did you mean "(.+)"\?$/.exec(text)?.[1]);
	return problems.filter(({ text }) => {
		const missing = /^key "(.+)" is missing/.exec(text)?.[1];
		return missing === undefined || !meant.includes(missing);
	});
}

interface Context {
	readonly root: AnySchemaObject;
	readonly at: readonly string[];
	/** Keys of all forms of a union, for the suggestion after an unknown key. */
	readonly otherKeys?: ReadonlySet<string>;
}

const validators = new WeakMap<AnySchemaObject, ReturnType<Ajv2020["compile"]>>();

function check(schema: AnySchemaObject, value: unknown): readonly ErrorObject[] {
	let validate = validators.get(schema);
	if (validate === undefined) {
		const ajv = new Ajv2020({ allErrors: true, verbose: true, strictTypes: false, allowUnionTypes: true });
		validate = ajv.compile(schema);
		validators.set(schema, validate);
	}
	return validate(value) ? [] : [...(validate.errors ?? [])];
}

function explain(context: Context, errors: readonly ErrorObject[]): Problem[] {
	const unions = outermostUnions(errors);
	const plain = errors.filter((error) => !isUnion(error) && error.keyword !== "if" && !isInside(error, unions));
	return dedupe([
		...plain.map((error) => explainPlain(context, error)),
		...unions.flatMap((union) => explainUnion(context, union)),
	]);
}

const isUnion = ({ keyword }: ErrorObject) => keyword === "anyOf" || keyword === "oneOf";

/** The validator lists the errors of a union's forms before the union's own, so an outer union comes later. */
function outermostUnions(errors: readonly ErrorObject[]): readonly ErrorObject[] {
	return errors.filter(
		(error, index) =>
			isUnion(error) &&
			!isInside(
				error,
				errors.slice(index + 1).filter((other) => isUnion(other)),
			),
	);
}

function isInside(error: ErrorObject, unions: readonly ErrorObject[]): boolean {
	return unions.some((union) => `${error.instancePath}/`.startsWith(`${union.instancePath}/`));
}

function dedupe(problems: readonly Problem[]): Problem[] {
	return [...new Map(problems.map((problem) => [`${problem.path.join("/")} ${problem.text}`, problem])).values()];
}

/** Picks the form that was most probably meant and reports only what is wrong with that one. */
function explainUnion(context: Context, union: ErrorObject): readonly Problem[] {
	const at = [...context.at, ...segments(union.instancePath)];
	const forms = union.schema as readonly AnySchemaObject[];
	const tried = forms.map((form) => ({ form, errors: check(standAlone(context.root, form), union.data) }));
	const fitting = tried.filter(({ errors }) => errors.length > 0 && !errors.some(isOtherKind));
	const best = fitting.sort((a, b) => misfit(a.errors) - misfit(b.errors))[0];
	if (best === undefined) {
		const expected = forms.map((form) => describeSchema(context.root, form)).join(", or ");
		return [{ path: at, onKey: false, text: `${found(union.data)}; expected ${expected}` }];
	}
	const otherKeys = new Set(forms.flatMap((form) => [...keysOf(context.root, form)]));
	return explain({ root: context.root, at, otherKeys }, best.errors);
}

function standAlone(root: AnySchemaObject, form: AnySchemaObject): AnySchemaObject {
	return { $defs: root.$defs ?? {}, allOf: [form] };
}

const isOtherKind = (error: ErrorObject) =>
	error.instancePath === "" && ["type", "const", "enum", "pattern"].includes(error.keyword);

/** Wrong keys weigh most, then anything at the top, then the number of errors below. */
function misfit(errors: readonly ErrorObject[]): number {
	const top = errors.filter((error) => error.instancePath === "" && !isUnion(error));
	return top.length * 1000 + errors.length;
}

function keysOf(root: AnySchemaObject, schema: AnySchemaObject): ReadonlySet<string> {
	const resolved = resolve(root, schema);
	return new Set(Object.keys((resolved.properties as object | undefined) ?? {}));
}

function resolve(root: AnySchemaObject, schema: AnySchemaObject): AnySchemaObject {
	const name = /^#\/\$defs\/(.+)$/.exec(String(schema.$ref ?? ""))?.[1];
	const target = name === undefined ? undefined : (root.$defs as Record<string, AnySchemaObject>)[name];
	return target === undefined ? schema : resolve(root, target);
}

function describeSchema(root: AnySchemaObject, schema: AnySchemaObject): string {
	const resolved = resolve(root, schema);
	const { title, const: constant, type, enum: values } = resolved;
	if (title !== undefined) return String(title);
	if (constant !== undefined) return JSON.stringify(constant);
	if (Array.isArray(values)) return `one of ${values.join(", ")}`;
	if (type === "object") return `a mapping with ${[...keysOf(root, resolved)].join(", ") || "keys"}`;
	return type === undefined ? "another form" : describeType(type);
}

function explainPlain(context: Context, error: ErrorObject): Problem {
	const path = [...context.at, ...segments(error.instancePath)];
	const { params, keyword } = error;
	const on = (text: string): Problem => ({ path, onKey: false, text });
	switch (keyword) {
		case "additionalProperties":
		case "unevaluatedProperties":
			return unknownKey(context, error, path);
		case "required":
			return on(`key "${params.missingProperty}" is missing; expected ${requiredText(error)}`);
		case "type":
			return on(`${found(error.data)}; expected ${describeType(params.type)}${quotesHint(error)}`);
		case "enum":
			return on(`${found(error.data)}; expected one of ${enumText(error)}`);
		case "const":
			return on(`${found(error.data)}; expected ${JSON.stringify(params.allowedValue)}`);
		case "propertyNames":
			return { path: [...path, String(params.propertyName)], onKey: true, text: "this key has a wrong name" };
		default:
			return on(`${found(error.data)}; ${error.message ?? keyword}`);
	}
}

function unknownKey(context: Context, error: ErrorObject, path: readonly string[]): Problem {
	const key = String(error.params.additionalProperty ?? error.params.unevaluatedProperty);
	const own = Object.keys((error.parentSchema?.properties as object | undefined) ?? {});
	const known = path.length === context.at.length ? [...new Set([...own, ...(context.otherKeys ?? [])])] : own;
	const expected = known.length === 0 ? "no keys" : `one of ${known.join(", ")}`;
	return {
		path: [...path, key],
		onKey: true,
		text: `unknown key "${key}"; expected ${expected}${didYouMean(key, known)}`,
	};
}

function requiredText(error: ErrorObject): string {
	return `${(error.schema as readonly string[]).map((key) => `"${key}"`).join(", ")}`;
}

function enumText(error: ErrorObject): string {
	const values = (error.params.allowedValues as readonly unknown[]).map(String);
	return `${values.join(", ")}${typeof error.data === "string" ? didYouMean(error.data, values) : ""}`;
}

/** Without quotes YAML reads 3.10 as a number and true as a boolean. */
function quotesHint({ data, params }: ErrorObject): string {
	const isPlain = typeof data === "number" || typeof data === "boolean";
	return isPlain && params.type === "string" ? " (in quotes)" : "";
}

function describeType(type: unknown): string {
	const names: Readonly<Record<string, string>> = { object: "a mapping", array: "a list", string: "text" };
	return [type]
		.flat()
		.map((name) => names[String(name)] ?? `${name === "integer" ? "an" : "a"} ${name}`)
		.join(" or ");
}

function found(value: unknown): string {
	if (value === null) return "found nothing (null)";
	if (Array.isArray(value)) return `found a list of ${value.length}`;
	if (isObject(value)) return `found a mapping with ${Object.keys(value).slice(0, 6).join(", ") || "no keys"}`;
	return `found ${JSON.stringify(value)}`;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

function segments(pointer: string): readonly string[] {
	const parts = pointer.split("/").slice(1);
	return parts.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}
