import Mocha from "mocha";
import type { Clause } from "../../spec/load/guarantee.js";
import type { Execution } from "./execution.js";
import { describePlace } from "./failure-text.js";
import type { Guarantee, Suite } from "./suite.js";

/** Mocha's suites with what of the spec each stands for. */
export interface SuiteTree {
	readonly mocha: Mocha;
	readonly guarantees: ReadonlyMap<Mocha.Suite, Guarantee>;
	readonly clauses: ReadonlyMap<Mocha.Suite, Clause>;
}

/**
 * Suites by guarantee and clause with a test for each scenario of the clause. A test awaits its scenario, which runs beside
 * others; so one that proves several clauses runs once and is a test of each of them.
 */
export function buildSuites(suite: Suite, execution: Execution): SuiteTree {
	const mocha = new Mocha({ timeout: 0 });
	const guarantees = new Map<Mocha.Suite, Guarantee>();
	const clauses = new Map<Mocha.Suite, Clause>();
	const chosen = suite.scenarios.filter(({ id }) => execution.has(id));
	for (const guarantee of suite.guarantees) {
		const family = Mocha.Suite.create(mocha.suite, guarantee.title);
		guarantees.set(family, guarantee);
		for (const clause of guarantee.clauses) {
			const group = Mocha.Suite.create(family, clause.id);
			clauses.set(group, clause);
			for (const { id, covers, title } of chosen) {
				if (covers.includes(clause.id)) group.addTest(testOf(id, title, execution));
			}
		}
	}
	return { mocha, guarantees, clauses };
}

function testOf(id: string, title: string, execution: Execution): Mocha.Test {
	return new Mocha.Test(title === id ? id : `${id}: ${title}`, async function run(this: Mocha.Context) {
		const { outcome, scenario } = await execution.record(id);
		if (outcome.type === "kept" || outcome.type === "divergent") return;
		if (outcome.type === "skipped") this.skip();
		throw new Error(`${outcome.type} at ${describePlace(scenario.where)}`);
	});
}

/** Runs all tests; the reporter sees them in the order of the spec. */
export async function runMocha({ mocha }: SuiteTree, reporter: Mocha.ReporterConstructor): Promise<void> {
	mocha.reporter(reporter);
	await new Promise<void>((resolve) => {
		mocha.run(() => resolve());
	});
	// Or its listeners for errors that nobody catches stay, of each run in a process.
	mocha.dispose();
}
