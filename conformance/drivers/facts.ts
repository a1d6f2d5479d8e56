type Facts = Readonly<Record<string, number | boolean | string>>;

/** Settings of zoo.cfg as values: numbers and truths as such, the bounds of session timeouts where none are set. */
export function factsOf(settings: Readonly<Record<string, string>>): Facts {
	const facts = Object.fromEntries(Object.entries(settings).map(([key, text]) => [key, readValue(text)]));
	const { tickTime } = facts;
	if (typeof tickTime !== "number") return facts;
	return { minSessionTimeout: 2 * tickTime, maxSessionTimeout: 20 * tickTime, ...facts };
}

function readValue(text: string): number | boolean | string {
	if (text === "true" || text === "false") return text === "true";
	return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}
