import { existsSync } from "node:fs";
import path from "node:path";
import { unavailable } from "../../ci/peers/class-path.js";
import { UsageError } from "../../conformance/runner/exit-code.js";
import { externalTarget } from "../targets/external-target.js";
import { startTarget } from "../targets/started-target.js";
import type { Target } from "../targets/target.js";
import type { BenchOptions } from "./options.js";

/** Something that is measured, in every size of ensemble. */
export interface Subject {
	readonly name: string;
	/** Whether its servers can be started with HTTP. */
	readonly hasHttp: boolean;
	/** Rejects with the signal's reason when it is given up. */
	start(wish: StartWish): Promise<Target>;
}

export interface StartWish {
	readonly servers: number;
	/** With a REST gateway and an admin endpoint each. */
	readonly http: boolean;
	readonly signal: AbortSignal;
}

/**
 * Whom the command line wants measured, in the order of their turns.
 * @throws UsageError for what is not on this machine
 */
export function subjectsOf({ target, peers, reference, against }: BenchOptions): readonly Subject[] {
	if (against.length > 0) return [...against.map(base), started("head", "ours")];
	const first: Subject[] = [];
	if (target !== undefined) first.push({ name: "target", hasHttp: false, start: () => externalTarget(target) });
	else if (reference) first.push(started("reference", "ours"));
	for (const kind of peers) {
		const reason = unavailable(kind.slice("apache-".length));
		if (reason !== undefined) throw new UsageError(reason);
		first.push(started(kind, kind));
	}
	return first;
}

function started(name: string, kind: Parameters<typeof startTarget>[0]["kind"]): Subject {
	const start: Subject["start"] = (wish) => startTarget({ subject: name, kind, ...wish });
	return { name, hasHttp: kind === "ours", start };
}

/** `base`, `base-2` and so on. */
function base(folder: string, index: number): Subject {
	const name = index === 0 ? "base" : `base-${index + 1}`;
	const build = path.resolve(folder);
	if (!existsSync(path.join(build, "dist", "reference", "runtime", "main.js")))
		throw new UsageError(`--against ${folder}: there is no build of the reference (dist/) in it`);
	const start: Subject["start"] = (wish) => startTarget({ subject: name, kind: "ours", build, ...wish });
	return { name, hasHttp: true, start };
}
