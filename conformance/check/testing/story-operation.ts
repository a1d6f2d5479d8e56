import type { CreateMode, Data, Operation, SubOperation } from "../../history/record.js";
import { listOption, numberOption, StoryError, type StoryLine, storyLines } from "./story-line.js";

const modes: Readonly<Record<string, CreateMode>> = {
	seq: "persistentSequential",
	eph: "ephemeral",
	ephseq: "ephemeralSequential",
	container: "container",
	ttl: "ttl",
};

/** The operation that a line's words name, or undefined for words that name none. */
export function maybeOperation(line: StoryLine): Operation | undefined {
	const [verb, path = "", argument] = line.words;
	switch (verb) {
		case "get":
			return { op: "getData", path, watch: argument === "watch" };
		case "exists":
			return { op: "exists", path, watch: argument === "watch" };
		case "children":
			return { op: "getChildren", path, watch: argument === "watch" };
		case "sync":
			return { op: "sync", path };
		case "watch":
			return { op: "addWatch", path, recursive: argument === "recursive" };
		case "multi":
			return { op: "multi", operations: partsOf(line, path) };
		case "close":
			return { op: "closeSession" };
		case "rewatch":
			return setWatches(line);
		case "check":
			return undefined;
		default:
			return maybeSubOperation(line) as Operation | undefined;
	}
}

function maybeSubOperation(line: StoryLine): SubOperation | undefined {
	const [verb, path = "", data, mode = ""] = line.words;
	const version = numberOption(line, "v") ?? -1;
	if (verb === "create") return { op: "create", path, data: dataOf(data), mode: modes[mode] ?? "persistent" };
	if (verb === "set") return { op: "setData", path, data: dataOf(data), version };
	if (verb === "delete") return { op: "delete", path, version };
	return verb === "check" ? { op: "check", path, version } : undefined;
}

function partsOf(line: StoryLine, bracketed: string): SubOperation[] {
	const inner = bracketed.slice(1, -1).split(";");
	return inner.map((part) => {
		const [partLine] = storyLines(`a: ${part.trim()}`);
		const operation = partLine && maybeSubOperation(partLine);
		if (operation === undefined) throw new StoryError(line, `"${part.trim()}" is no part of a multi`);
		return operation;
	});
}

function setWatches(line: StoryLine): Operation {
	const lists = ["data", "exist", "child", "persistent", "recursive"] as const;
	const watches = Object.fromEntries(lists.map((list) => [list, listOption(line, list)]));
	return {
		op: "setWatches",
		relativeZxid: numberOption(line, "rel") ?? 0,
		watches: watches as Record<(typeof lists)[number], string[]>,
	};
}

function dataOf(word: string | undefined): Data {
	return word === undefined || word === "-" ? null : word;
}
