import type { Control } from "./control.js";
import type { WorkerCard } from "./messages.js";
import type { RunNodes } from "./run-nodes.js";

export interface Member extends WorkerCard {
	/** What it is called by in nodes. */
	readonly id: string;
}

const digits = /-\d{10,}$/;

/**
 * Makes the worker known. Whether a sequential node was made whose answer was lost is told by its name alone, and even
 * then it may come later: the id is in the name, and two nodes of one id are one member.
 */
export async function join(control: Control, nodes: RunNodes, { id, ...card }: Member): Promise<void> {
	for (;;) {
		for (const path of [...nodes.parents, nodes.workers]) await control.tryCreate(path, "", "PERSISTENT");
		const isMade = await control.tryCreate(`${nodes.workers}/${id}-`, JSON.stringify(card), "EPHEMERAL_SEQUENTIAL");
		if (isMade || (await memberIds(control, nodes)).includes(id)) return;
	}
}

/** In the order in which they joined. `Control.until` is woken when one comes or goes. */
export async function memberIds(control: Control, { workers }: RunNodes): Promise<readonly string[]> {
	return [...new Set((await nodesOf(control, workers)).map(idOf))];
}

/** Those that are there, whatever comes and goes meanwhile. */
export async function members(control: Control, { workers }: RunNodes): Promise<readonly Member[]> {
	const found = new Map<string, Member>();
	for (const node of await nodesOf(control, workers)) {
		const text = await control.maybeText(`${workers}/${node}`);
		if (text !== undefined) found.set(idOf(node), { id: idOf(node), ...(JSON.parse(text) as WorkerCard) });
	}
	return [...found.values()];
}

/** Removes the nodes that all have in common, as far as nobody else needs them. */
export async function leaveTidy(control: Control, { parents, workers }: RunNodes): Promise<void> {
	for (const path of [workers, ...[...parents].reverse()]) if (!(await control.remove(path))) return;
}

async function nodesOf(control: Control, workers: string): Promise<readonly string[]> {
	const nodes = [...((await control.maybeChildren(workers)) ?? [])];
	return nodes.sort((a, b) => sequenceOf(a) - sequenceOf(b));
}

function idOf(node: string): string {
	return node.replace(digits, "");
}

function sequenceOf(name: string): number {
	return Number(digits.exec(name)?.[0].slice(1) ?? 0);
}
