import { UsageError } from "../../conformance/runner/exit-code.js";
import { benchCommand } from "./bench-command.js";
import { parseOptions } from "./options.js";

/** A measurement whose load workers on other hosts make: the same as without the word, but it insists on them. */
export async function coordinateCommand(args: readonly string[]): Promise<number> {
	const { control, list } = parseOptions(args);
	if (control === undefined && !list)
		throw new UsageError("coordinate: --control says where the workers join, such as zk1:2181,zk2:2181");
	return benchCommand(args);
}
