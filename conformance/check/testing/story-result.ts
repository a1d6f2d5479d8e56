import type { Operation, Result, Stat, SubResult } from "../../history/record.js";
import { listOption, numberOption, type StoryLine } from "./story-line.js";
import { childrenOf, errors, type StoryTree } from "./story-tree.js";

/** What a server answers. */
export interface StoryAnswer {
	readonly err: number;
	readonly result: Result;
}

const nothing: Result = { op: "none" };

/** What a server whose tree is this answers to an operation that writes nothing. */
export function readAnswer(tree: StoryTree, operation: Operation): StoryAnswer {
	if (operation.op !== "getData" && operation.op !== "exists" && operation.op !== "getChildren") {
		return { err: 0, result: nothing };
	}
	const node = tree.get(operation.path);
	if (node === undefined) return { err: errors.NONODE, result: nothing };
	const { stat, data } = node;
	if (operation.op === "exists") return { err: 0, result: { op: "exists", stat } };
	if (operation.op === "getData") return { err: 0, result: { op: "getData", data, stat } };
	return { err: 0, result: { op: "getChildren", names: childrenOf(tree, operation.path), stat } };
}

/** The answer with what the line says otherwise: `err=`, `none`, `data=`, `names=`, `path=`, `results=`, fields of the Stat. */
export function answerAsTold(answer: StoryAnswer, line: StoryLine, owner: bigint | undefined): StoryAnswer {
	if (line.words.includes("none")) return { err: errors.NONODE, result: nothing };
	const told = line.options.get("err");
	if (told !== undefined && told !== "OK") return { err: errorOf(told), result: nothing };
	return { err: answer.err, result: resultAsTold(answer.result, line, owner) };
}

function errorOf(name: string): number {
	return errors[name as keyof typeof errors] ?? Number(name);
}

function resultAsTold(result: Result, line: StoryLine, owner: bigint | undefined): Result {
	switch (result.op) {
		case "none":
			return result;
		case "create":
			return { ...result, path: line.options.get("path") ?? result.path, stat: statAsTold(result.stat, line, owner) };
		case "setData":
		case "exists":
			return { ...result, stat: statAsTold(result.stat, line, owner) };
		case "getData":
			return { ...result, data: line.options.get("data") ?? result.data, stat: statAsTold(result.stat, line, owner) };
		case "getChildren": {
			const names = line.options.has("names") ? listOption(line, "names") : result.names;
			return { ...result, names, stat: statAsTold(result.stat, line, owner) };
		}
		case "multi":
			return { op: "multi", results: partsAsTold(result.results, line, owner) };
	}
}

function partsAsTold(results: readonly SubResult[], line: StoryLine, owner: bigint | undefined): SubResult[] {
	if (line.options.has("results")) return listOption(line, "results").map((err) => ({ op: "error", err: Number(err) }));
	const kept = line.words.includes("short") ? results.slice(0, -1) : results;
	return kept.map((part) => {
		if (part.op !== "create" && part.op !== "setData") return part;
		return part.stat === undefined ? part : ({ ...part, stat: statAsTold(part.stat, line, owner) } as SubResult);
	});
}

const statNumbers = [
	"czxid",
	"mzxid",
	"pzxid",
	"version",
	"cversion",
	"aversion",
	"numChildren",
	"dataLength",
] as const satisfies readonly (keyof Stat)[];

function statAsTold(stat: Stat, line: StoryLine, owner: bigint | undefined): Stat {
	const told = statNumbers.flatMap((field) => {
		const value = numberOption(line, field);
		return value === undefined ? [] : [[field, value] as const];
	});
	const ownerTold = owner === undefined ? {} : { ephemeralOwner: owner };
	return { ...stat, ...Object.fromEntries(told), ...ownerTold };
}
