import type { Clause } from "../../spec/load/guarantee.js";
import type { Facts } from "../scenario/environment.js";
import { ExpressionError, evaluateTemplate } from "../scenario/expression.js";
import type { Scenario, Step, Template } from "../scenario/step.js";
import { type Findings, unmetNeed } from "./need.js";
import type { Suite } from "./suite.js";
import { isBefore } from "./version.js";

/**
 * When a scenario runs: on an untouched server, side by side with others, with nothing beside it, after all others, or on
 * an ensemble whose servers it hurts or that has to be set up for it.
 */
export type Phase = "fresh" | "together" | "alone" | "destructive" | "ensemble";

export interface Task {
	readonly scenario: Scenario;
	readonly phase: Phase;
	/** How many connections it may hold at the same time. */
	readonly connections: number;
	readonly lastsMs: number;
}

export interface Allowed {
	readonly exclusive: boolean;
	readonly destructive: boolean;
}

/** Why a scenario can not or may not run against the target; undefined when it may. */
export function skipReason(
	scenario: Scenario,
	suite: Suite,
	version: string,
	findings: Findings,
	allowed: Allowed,
): string | undefined {
	const { requires, outside, destructive } = scenario;
	const clauses = scenario.covers.map((id) => suite.clauses.get(id)).filter((clause) => clause !== undefined);
	const outdated = [scenario, ...clauses]
		.map((each) => versionReason(each, version))
		.find((text) => text !== undefined);
	if (outdated !== undefined) return outdated;
	const unmet = requires
		.map((need) => unmetNeed(need, findingsFor(scenario, findings)))
		.find((text) => text !== undefined);
	if (unmet !== undefined) return unmet;
	if (destructive !== undefined && !allowed.destructive) return `may harm the server (--destructive): ${destructive}`;
	if (outside !== undefined && !allowed.exclusive) return `reaches outside the suite's node (--exclusive): ${outside}`;
	return undefined;
}

/** An ensemble of its own has as many servers as the scenario wants. */
function findingsFor({ ensemble }: Scenario, { facts, reasons }: Findings): Findings {
	if (ensemble?.servers === undefined) return { facts, reasons };
	return { facts: { ...facts, servers: ensemble.servers }, reasons };
}

function versionReason({ id, since, before }: Scenario | Clause, version: string): string | undefined {
	if (since !== undefined && isBefore(version, since)) return `${id} is since ${since}; the target is ${version}`;
	if (before !== undefined && !isBefore(version, before)) return `${id} is before ${before}; the target is ${version}`;
	return undefined;
}

export function taskOf(scenario: Scenario, facts: Facts): Task {
	const phase = phaseOf(scenario);
	return { scenario, phase, connections: connectionsOf(scenario, facts), lastsMs: number(scenario.lastsMs, facts, 0) };
}

function phaseOf({ alone, outside, destructive, fresh, faults, ensemble }: Scenario): Phase {
	if (faults.size > 0 || ensemble !== undefined) return "ensemble";
	if (fresh) return "fresh";
	if (destructive !== undefined) return "destructive";
	return alone !== undefined || outside !== undefined ? "alone" : "together";
}

/** Named clients, all clients of the largest race, and one for words and cleaning up. */
function connectionsOf({ clients, steps, cleanup }: Scenario, facts: Facts): number {
	const names = new Set(clients.keys());
	let race = 0;
	const visit = (step: Step): void => {
		names.add(step.client);
		if (step.kind === "race") race = Math.max(race, number(step.clients, facts, 8));
		if (step.kind === "parallel") step.branches.flat().forEach(visit);
		if (step.kind === "repeat") step.steps.forEach(visit);
		if (step.kind === "until" || step.kind === "hold" || step.kind === "everywhere") visit(step.call);
		if (step.kind === "pipeline") step.calls.forEach(visit);
	};
	[...steps, ...cleanup].forEach(visit);
	return names.size + race + 1;
}

/** A count that may be an expression over the target's facts; what depends on a run is taken as `otherwise`. */
function number(template: Template, facts: Facts, otherwise: number): number {
	if (template === undefined) return otherwise;
	try {
		const value = evaluateTemplate(template, { lookup: (name) => (name === "server" ? facts : undefined) });
		return typeof value === "number" ? value : otherwise;
	} catch (error) {
		if (error instanceof ExpressionError) return otherwise;
		throw error;
	}
}

/** Longest first, so that nothing long is left at the end; equals in an order that the seed decides. */
export function inOrder(tasks: readonly Task[], seed: number): readonly Task[] {
	const shuffled = tasks.map((task) => ({ task, key: hash(`${seed} ${task.scenario.id}`) }));
	shuffled.sort((a, b) => b.task.lastsMs - a.task.lastsMs || a.key - b.key);
	return shuffled.map(({ task }) => task);
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
	let value = 0x811c9dc5;
	for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
	return value;
}
