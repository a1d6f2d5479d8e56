import { InvalidArgumentError } from "commander";
import { parseCount } from "../../conformance/runner/whole-numbers.js";
import { msOf } from "./read-workload.js";

/** @throws InvalidArgumentError, as all of these do for what is not understood */
export function parseMs(text: string): number {
	if (/^\d+(\.\d+)?(ms|s|m)$/.test(text)) return msOf(text);
	throw new InvalidArgumentError("Expected a duration such as 500ms, 10s or 2m.");
}

export function parseCounts(text: string): readonly number[] {
	return text.split(",").map(parseCount);
}

export function parseSizes(text: string): readonly number[] {
	if (/^\d{1,7}(,\d{1,7})*$/.test(text)) return text.split(",").map(Number);
	throw new InvalidArgumentError("Expected whole numbers from 0.");
}

export function parsePercents(text: string): readonly number[] {
	const percents = text.split(",").map((each) => (each === "" ? Number.NaN : Number(each)));
	if (percents.every((each) => each >= 0 && each <= 100)) return percents;
	throw new InvalidArgumentError("Expected percents from 0 to 100.");
}

/** `name=1,2` beside those that were given before. */
export function addParameter(
	text: string,
	all: Readonly<Record<string, readonly number[]>>,
): Readonly<Record<string, readonly number[]>> {
	const [, name, values] = /^([a-z]+)=(.+)$/i.exec(text) ?? [];
	if (name === undefined || values === undefined)
		throw new InvalidArgumentError("Expected name=number, such as znodes=100000.");
	return { ...all, [name]: parseSizes(values) };
}
