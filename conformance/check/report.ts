import type { Report, Rule } from "./rule.js";
import type { Count, Figure, Finding, Verdict } from "./verdict.js";

/** How many findings of a rule and clause, and how many reasons of a rule, are kept. */
const keptMax = 10;

/** What all rules of a judgement have told. */
export class Reports {
	readonly #findings: Finding[] = [];
	readonly #counts = new Map<string, { rule: string; clause: string; count: number }>();
	readonly #reasons = new Map<string, string[]>();
	readonly #figures: Figure[] = [];

	/** Where this rule tells. */
	of(rule: Rule): Report {
		return {
			violated: (clause, records, text) => {
				if (!rule.clauses.includes(clause)) throw new RangeError(`rule ${rule.name} does not name ${clause}`);
				if (this.#count(rule.name, clause) > keptMax) return;
				this.#findings.push({ clause, rule: rule.name, text: text(), records });
			},
			undecided: (reason) => this.#undecided(rule.name, reason),
			figure: (name, value, unit) => this.#figures.push({ rule: rule.name, name, value, unit }),
		};
	}

	/** `reasons` are those that no rule gave for not being sure. */
	verdict(reasons: readonly string[] = []): Verdict {
		const figures = this.#figures;
		if (this.#findings.length > 0) {
			const findings = this.#findings.toSorted((one, other) => Math.max(...one.records) - Math.max(...other.records));
			const counts: Count[] = [...this.#counts.values()];
			return { outcome: "violated", findings, counts, figures };
		}
		const all = [...reasons, ...[...this.#reasons.values()].flat()];
		return all.length > 0 ? { outcome: "unknown", reasons: all, figures } : { outcome: "ok", figures };
	}

	#count(rule: string, clause: string): number {
		const key = `${rule} ${clause}`;
		const entry = this.#counts.get(key) ?? { rule, clause, count: 0 };
		entry.count++;
		this.#counts.set(key, entry);
		return entry.count;
	}

	#undecided(rule: string, reason: string): void {
		const reasons = this.#reasons.get(rule) ?? [];
		if (reasons.length < keptMax && !reasons.includes(reason)) reasons.push(reason);
		this.#reasons.set(rule, reasons);
	}
}
