import { InvalidArgumentError } from "commander";

/** Whether the planted fault at this place of the list has its turn. */
export type Share = (index: number) => boolean;

/**
 * `7/10`: every tenth, from the seventh on; turns beyond the last begin anew, so that commits can be counted through.
 * @throws InvalidArgumentError
 */
export function parseShare(text: string): Share {
	const [, turn, of] = /^(\d+)\/([1-9]\d*)$/.exec(text)?.map(Number) ?? [];
	if (turn === undefined || of === undefined) throw new InvalidArgumentError("Should be two numbers, as in 7/10.");
	return (index) => index % of === turn % of;
}
