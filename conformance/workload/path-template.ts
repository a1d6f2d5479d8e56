import { below, type Random } from "./random.js";

/** What the placeholders of a path stand for. */
export interface PathScope {
	readonly root: string;
	readonly parameters: Readonly<Record<string, number>>;
	readonly client: number;
	/** A text that nobody else uses. */
	readonly unique: string;
	readonly random: Random;
}

const placeholder = /\{(\*?)(\w+)\}/;

/** Names in `{…}` and `{*…}` of a path. */
export function placeholdersOf(template: string): readonly string[] {
	return [...template.matchAll(new RegExp(placeholder, "g"))].map(([, , name = ""]) => name);
}

/** All paths that a template means, in order: one, unless it has a `{*…}`. */
export function pathsOf(template: string, scope: PathScope): readonly string[] {
	if (template === "/") return [scope.root];
	return expand(template, scope).map((path) => `${scope.root}${path}`);
}

/** The path of a template without `{*…}`. */
export function pathOf(template: string, scope: PathScope): string {
	return pathsOf(template, scope)[0] ?? scope.root;
}

function expand(text: string, scope: PathScope): readonly string[] {
	const match = text.includes("{") ? placeholder.exec(text) : null;
	if (match === null) return [text];
	const [found, star, name = ""] = match;
	const values = star === "" ? [drawnFor(name, scope)] : numbersBelow(scope.parameters[name] ?? 0);
	return values.flatMap((value) => expand(text.replace(found, String(value)), scope));
}

function drawnFor(name: string, { client, unique, parameters, random }: PathScope): string | number {
	if (name === "client") return client;
	if (name === "unique") return unique;
	return below(random, parameters[name] ?? 1);
}

function numbersBelow(count: number): readonly number[] {
	return Array.from({ length: count }, (_, index) => index);
}
