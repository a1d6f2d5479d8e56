import { type Fault, FaultError, type FaultKind } from "./ensemble-driver.js";

/** What is wrong with a value that should be a `Fault`, and where in it. */
export interface FaultProblem {
	readonly path: readonly (string | number)[];
	readonly text: string;
}

type Check = (value: unknown) => string | undefined;

const roles = ["leader", "follower", "observer", "any"];

/** `isOpen`: values that are only known later, such as expressions. */
function shapes(isOpen: (value: unknown) => boolean): Readonly<Record<FaultKind, Shape>> {
	const orOpen =
		(check: Check): Check =>
		(value) =>
			isOpen(value) ? undefined : check(value);
	const choice = (...more: readonly string[]): Check =>
		orOpen((value) => {
			if (typeof value === "number" && Number.isInteger(value) && value >= 1) return undefined;
			const words = [...roles, ...more];
			if (typeof value === "string" && words.includes(value)) return undefined;
			return `a server is its id or one of ${words.join(", ")}`;
		});
	const one = choice();
	const oneOrAll = choice("all");
	const pair = orOpen((value) =>
		Array.isArray(value) && value.length === 2 ? firstOf(value.map(one)) : "two servers are needed: [from, to]",
	);
	const listOf = (check: Check): Check =>
		orOpen((value) => (Array.isArray(value) ? firstOf(value.map(check)) : "a list is needed"));
	const several = choice("minority", "majority", "all");
	const yes: Check = (value) => (value === true ? undefined : "it can only be true");
	const ms: Check = orOpen((value) =>
		typeof value === "number" && value >= 0 ? undefined : "a number of ms from 0 is needed",
	);
	const direction: Check = (value) =>
		value === "toServer" || value === "toClient" ? undefined : "it is toServer or toClient";
	return {
		kill: { main: (value) => (Array.isArray(value) ? listOf(one)(value) : several(value)) },
		stop: { main: one },
		start: { main: oneOrAll },
		pause: { main: one },
		resume: { main: oneOrAll },
		partition: { main: listOf(listOf(one)) },
		oneWay: { main: pair },
		heal: { main: yes },
		cut: { main: oneOrAll, optional: { afterBytes: ms, direction } },
		delay: { main: oneOrAll, required: { ms } },
		halfOpen: { main: one },
		refuse: { main: one },
		open: { main: oneOrAll },
		swap: { main: pair },
		diskFull: { main: one },
		diskFree: { main: one },
		slowFlush: { main: one, required: { ms } },
	};
}

export const faultKinds = Object.keys(shapes(() => false)) as FaultKind[];

interface Shape {
	readonly main: Check;
	readonly required?: Readonly<Record<string, Check>>;
	readonly optional?: Readonly<Record<string, Check>>;
}

function firstOf(problems: readonly (string | undefined)[]): string | undefined {
	return problems.find((problem) => problem !== undefined);
}

/** Why a value is no `Fault`; undefined when it is one. */
export function faultProblem(value: unknown, isOpen: (value: unknown) => boolean): FaultProblem | undefined {
	if (value === null || typeof value !== "object" || Array.isArray(value))
		return { path: [], text: "a fault is a map such as {kill: leader}" };
	const kind = maybeKind(value);
	if (kind === undefined) return { path: [], text: `a fault is one of ${faultKinds.join(", ")}` };
	const { main, required = {}, optional = {} } = shapes(isOpen)[kind];
	const checks: Readonly<Record<string, Check>> = { [kind]: main, ...required, ...optional };
	const missing = Object.keys(required).find((key) => !(key in value));
	if (missing !== undefined) return { path: [], text: `${kind} needs ${missing}` };
	for (const [key, item] of Object.entries(value)) {
		const check = checks[key];
		if (check === undefined) return { path: [key], text: `${kind} has no ${key}` };
		const text = check(item);
		if (text !== undefined) return { path: [key], text };
	}
	return undefined;
}

/** Which kind of fault a value means. */
export function maybeKind(value: object): FaultKind | undefined {
	return faultKinds.find((kind) => kind in value);
}

/** @throws FaultError for a fault of a kind that there is not */
export function faultKindOf(fault: Fault): FaultKind {
	const kind = maybeKind(fault);
	if (kind === undefined) throw new FaultError(`unknown fault ${JSON.stringify(fault)}`);
	return kind;
}
