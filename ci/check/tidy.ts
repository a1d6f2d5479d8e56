import { arrows, importedPath, isTest, pureRooms, roomOf } from "./arrows.js";
import { lineAt, type SourceFile } from "./source-file.js";

/** Something against a house rule; `message` says what to do instead. */
export interface Problem {
	readonly rule: string;
	readonly path: string;
	readonly line: number;
	readonly message: string;
}

interface Finding {
	readonly line: number;
	readonly message: string;
}

interface Rule {
	readonly name: string;
	find(file: SourceFile): Finding[];
}

const fileLinesMax = 400;
const importSpecifier = /(?:\bfrom|\bimport)\s*\(?\s*"([^"\n]+)"/g;
// Spelled in halves, so that this file does not trip over its own rule.
const marker = new RegExp(`\\b(?:${["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"].join("|")})\\b`, "g");

/** Each is proved able to fail in `tidy.test.ts`. */
export const rules: readonly Rule[] = [
	{ name: "file-length", find: findLongFile },
	{ name: "leftover-marker", find: (file) => matches(file.text, marker, (found) => markerAdvice(found)) },
	{ name: "import-direction", find: findWrongImports },
	{ name: "pure-import", find: findImpureImports },
	{ name: "pure-code", find: findImpureCode },
	{ name: "sleep-in-test", find: findSleeps },
	{ name: "swallowed-error", find: findSwallowedErrors },
];

export function tidy(files: readonly SourceFile[]): Problem[] {
	return files.flatMap((file) =>
		rules.flatMap((rule) => rule.find(file).map((finding) => ({ rule: rule.name, path: file.path, ...finding }))),
	);
}

export function describeProblem(problem: Problem): string {
	return `${problem.path}:${problem.line}: ${problem.message} (${problem.rule})`;
}

function matches(text: string, pattern: RegExp, message: (found: string) => string): Finding[] {
	return [...text.matchAll(pattern)].map((match) => ({
		line: lineAt(text, match.index),
		message: message(match[1] ?? match[0]),
	}));
}

/** As `matches`, where the match begins in code: what a string only quotes is not found. */
function matchesInCode(file: SourceFile, pattern: RegExp, message: (found: string) => string): Finding[] {
	return [...file.code.matchAll(pattern)]
		.filter((match) => file.bare[match.index] !== " ")
		.map((match) => ({ line: lineAt(file.text, match.index), message: message(match[1] ?? match[0]) }));
}

function findLongFile(file: SourceFile): Finding[] {
	const lines = lineAt(file.text, file.text.length) - 1;
	if (lines <= fileLinesMax) return [];
	const message = `${lines} lines, the limit is ${fileLinesMax}: move the part with a noun of its own into its own file`;
	return [{ line: fileLinesMax + 1, message }];
}

function markerAdvice(found: string): string {
	return `leftover marker ${found}: do it now, or write down what is true without it`;
}

function findWrongImports(file: SourceFile): Finding[] {
	const room = roomOf(file.path);
	return matchesInCode(file, importSpecifier, (specifier) => specifier).flatMap(({ line, message: specifier }) => {
		const advice = directionAdvice(file.path, room, specifier);
		return advice === undefined ? [] : [{ line, message: advice }];
	});
}

function directionAdvice(path: string, room: string, specifier: string): string | undefined {
	const target = importedPath(path, specifier);
	if (target === undefined) return undefined;
	const targetRoom = roomOf(target);
	if (targetRoom === room) return undefined;
	const isAllowed = arrows[room]?.includes(targetRoom) === true;
	if (!isAllowed && room.startsWith("conformance/") && targetRoom.startsWith("reference/")) {
		return `conformance must stay independent of the reference, but imports ${target}: take it from spec/ or write it here`;
	}
	if (arrows[room]?.includes(targetRoom) || (isTest(path) && sharesWing(room, targetRoom))) return undefined;
	return `${room} may not import ${targetRoom}: move the shared part to a room below both, or pass it in`;
}

/** The tests of a wing are one project over all its rooms. */
function sharesWing(room: string, targetRoom: string): boolean {
	return room.split("/")[0] === targetRoom.split("/")[0];
}

function isPure(file: SourceFile): boolean {
	return pureRooms.has(roomOf(file.path)) && !isTest(file.path);
}

function findImpureImports(file: SourceFile): Finding[] {
	if (!isPure(file)) return [];
	return matchesInCode(file, importSpecifier, (specifier) => specifier)
		.filter(({ message: specifier }) => !specifier.startsWith("."))
		.map(({ line, message: specifier }) => ({
			line,
			message: `a pure room imports ${specifier}: let it come in through a port or a capability, implemented in reference/runtime`,
		}));
}

const impure: readonly (readonly [RegExp, string])[] = [
	[/\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b/g, "take the time from the Clock that comes with every event"],
	[/\bMath\.random\b/g, "draw from the injected generator, so that one seed stays one run"],
	[/\basync\b|\bawait\b|\bnew Promise\b|\bPromise</g, "return at once and let the completion come back as an event"],
	[/\bsetTimeout\b|\bsetInterval\b|\bsetImmediate\b|\bqueueMicrotask\b/g, "set a deadline instead of a timer"],
];

function findImpureCode(file: SourceFile): Finding[] {
	if (!isPure(file)) return [];
	return impure.flatMap(([pattern, advice]) =>
		matches(file.bare, pattern, (found) => `${found} in a pure room: ${advice}`),
	);
}

const sleep = /\bsetTimeout\((?:[^,()]|\([^()]*\))*,\s*[0-9_]{3,}\s*\)|\bsleep\(/g;
const sleepImport = /\bfrom "(node:timers\/promises)"/g;

function findSleeps(file: SourceFile): Finding[] {
	if (!file.path.endsWith(".test.ts")) return [];
	const message = () =>
		"a sleep in a test hopes: wait for the event itself, with a bound, from a helper under testing/";
	return [...matches(file.bare, sleep, message), ...matchesInCode(file, sleepImport, message)];
}

function findSwallowedErrors(file: SourceFile): Finding[] {
	const message = () => "an empty catch swallows every error: name the one that is expected and rethrow the rest";
	return matchesInCode(
		file,
		/\bcatch\s*(?:\([^)]*\)\s*)?\{\s*\}|\.catch\(\s*\(\)\s*=>\s*(?:\{\s*\}|undefined)\s*\)/g,
		message,
	);
}
