import type { Operation } from "../history/record.js";
import type { AskingSession } from "./asking-session.js";

/** As many calls in flight, so that a server's queue of one connection never runs full. */
const inFlightMax = 200;
const errorsOfGone = new Set([-101]);

/** Reads all nodes below a root, and the root, through one session; what is gone meanwhile is left out. */
export async function readTree(session: AskingSession, root: string, withinMs: number): Promise<readonly string[]> {
	const found: string[] = [root];
	for (let from = 0; from < found.length; ) {
		const paths = found.slice(from, from + inFlightMax / 2);
		from += paths.length;
		const operations = paths.flatMap((path): Operation[] => [
			{ op: "getData", path, watch: false },
			{ op: "getChildren", path, watch: false },
		]);
		const outcomes = await session.calls(operations, withinMs);
		for (const [index, outcome] of outcomes.entries()) {
			if (outcome.type === "lost" || outcome.result.op !== "getChildren") continue;
			const parent = paths[Math.floor(index / 2)];
			for (const name of outcome.result.names) found.push(`${parent}/${name}`);
		}
	}
	return found;
}

/** Removes a node and all below it; says what could not be removed. */
export async function removeTree(session: AskingSession, root: string, withinMs: number): Promise<readonly string[]> {
	await session.calls([{ op: "sync", path: root }], withinMs);
	const deepestFirst = [...(await readTree(session, root, withinMs))].reverse();
	const left: string[] = [];
	for (let from = 0; from < deepestFirst.length; from += inFlightMax) {
		const paths = deepestFirst.slice(from, from + inFlightMax);
		const outcomes = await session.calls(
			paths.map((path) => ({ op: "delete", path, version: -1 })),
			withinMs,
		);
		left.push(
			...paths.filter((_, index) => {
				const outcome = outcomes[index];
				return outcome?.type !== "reply" || (outcome.err !== 0 && !errorsOfGone.has(outcome.err));
			}),
		);
	}
	return left;
}
