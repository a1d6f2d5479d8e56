import { InvalidArgumentError } from "commander";

/** @throws InvalidArgumentError, as the other one does for what is not understood */
export function parseCount(text: string): number {
	if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
	throw new InvalidArgumentError("Expected a whole number from 1.");
}

export function parseSeed(text: string): number {
	if (/^\d{1,10}$/.test(text)) return Number(text);
	throw new InvalidArgumentError("Expected a whole number from 0.");
}
