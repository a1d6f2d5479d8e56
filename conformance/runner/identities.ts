import type { Credentials } from "../scenario/environment.js";
import type { Scenario } from "../scenario/step.js";

/**
 * The digest identities that scenarios write out: what they created and protected can be removed with them, also when a
 * scenario was cut off before it said which it used.
 */
export function writtenIdentities(scenarios: readonly Scenario[]): readonly Credentials[] {
	const found = new Set<string>();
	const seen = new Set<object>();
	const visit = (value: unknown): void => {
		if (typeof value !== "object" || value === null || seen.has(value)) return;
		seen.add(value);
		const { scheme, auth } = value as Partial<Record<string, unknown>>;
		if (scheme === "digest" && typeof auth === "string" && !auth.includes("$")) found.add(auth);
		for (const child of value instanceof Map ? value.values() : Object.values(value)) visit(child);
	};
	for (const { clients, steps, cleanup } of scenarios) [clients, steps, cleanup].forEach(visit);
	return [...found].map((auth) => ({ scheme: "digest", auth }));
}
