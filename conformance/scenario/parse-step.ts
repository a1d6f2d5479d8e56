import { didYouMean } from "../../spec/load/nearest.js";
import type { SessionState } from "../client/session-client.js";
import { checkReply, checkRequest } from "./check-fields.js";
import { parseClosed, parseConnect, parseDrop, parseRaw, parseWord, type StepHead } from "./parse-connection.js";
import type { ParseContext, YamlMap, YamlPath } from "./parse-context.js";
import { parseFault, parseServes } from "./parse-ensemble.js";
import { parseEvents, parseReply, replyKeys } from "./parse-expectation.js";
import type { CallStep, RequestTemplate, Step, WordStep } from "./step.js";

type ParseVerb = (step: YamlMap, path: YamlPath, context: ParseContext, base: StepHead) => Step;

const connectKeys = ["reply", "closed", "refused", "server"];
const wordKeys = ["word", "text", "groups", "server"];

/** Verb -> the keys that may stand beside it and how the step is built. Every other verb is an operation. */
const verbs: Readonly<Record<string, { readonly keys: readonly string[]; readonly parse: ParseVerb }>> = {
	send: { keys: ["times"], parse: parseSend },
	receive: { keys: ["anyOrder", ...replyKeys], parse: parseReceive },
	pipeline: { keys: [], parse: parsePipeline },
	parallel: { keys: [], parse: parseParallel },
	race: { keys: [], parse: parseRace },
	event: { keys: ["within"], parse: parseEventStep },
	expectEvents: { keys: ["within"], parse: parseEventsStep },
	state: { keys: ["within"], parse: parseState },
	barrier: { keys: [], parse: (_step, _path, _context, base) => ({ ...base, kind: "barrier" }) },
	connect: { keys: connectKeys, parse: parseConnect },
	reconnect: { keys: [...connectKeys, "within"], parse: parseConnect },
	open: { keys: ["server"], parse: parseConnect },
	drop: { keys: [], parse: parseDrop },
	expectClosed: { keys: ["within"], parse: parseClosed },
	frame: { keys: ["replyOf", ...replyKeys], parse: parseRaw },
	bytes: { keys: ["replyOf", ...replyKeys], parse: parseRaw },
	word: { keys: wordKeys, parse: parseWord },
	until: { keys: ["within", "notBefore"], parse: parseUntil },
	hold: { keys: ["for"], parse: parseHold },
	repeat: { keys: ["steps"], parse: parseRepeat },
	fault: { keys: [], parse: parseFault },
	healed: { keys: [], parse: (_step, _path, _context, base) => ({ ...base, kind: "healed" }) },
	serves: { keys: ["role", "within"], parse: parseServes },
	everywhere: { keys: ["on"], parse: parseEverywhere },
	let: { keys: [], parse: parseLet },
	assert: { keys: ["is"], parse: parseAssert },
};

const commonKeys = ["client", "as", "note"];
/** `{call: $op}` stands for the operation that a name holds. */
const namedCall = "call";
const callKeys = [...replyKeys, "xidSent", "times"];

/** All verbs of the language that are not operations. */
const verbNames: readonly string[] = Object.keys(verbs);

export function parseSteps(value: unknown, path: YamlPath, context: ParseContext, client = "a"): Step[] {
	return context.list(value, path, "steps").map((item, i) => parseStep(item, [...path, i], context, client));
}

function parseStep(value: unknown, path: YamlPath, context: ParseContext, client: string): Step {
	const step = context.map(value, path, "a step");
	const base = baseOf(step, path, context, client);
	const verb = Object.keys(step).find((key) => Object.hasOwn(verbs, key));
	const known = verb === undefined ? undefined : verbs[verb];
	if (verb === undefined || known === undefined) return parseCall(step, path, context, base);
	checkKeys(step, path, context, [verb, ...known.keys, ...commonKeys], `"${verb}"`);
	return known.parse(step, path, context, base);
}

function baseOf(step: YamlMap, path: YamlPath, context: ParseContext, client: string): StepHead {
	for (const key of ["client", "as"]) {
		const name = step[key];
		if (name !== undefined && (typeof name !== "string" || !/^[A-Za-z_]\w*$/.test(name))) {
			context.fail([...path, key], `${key} must be a name of letters, digits and _`);
		}
	}
	const named = step as { client?: string; as?: string };
	return { where: context.place(path), client: named.client ?? client, as: named.as };
}

function checkKeys(
	step: YamlMap,
	path: YamlPath,
	context: ParseContext,
	allowed: readonly string[],
	what: string,
): void {
	const stranger = Object.keys(step).find((key) => !allowed.includes(key));
	if (stranger === undefined) return;
	const hint = didYouMean(stranger, allowed) || `; allowed are ${allowed.join(", ")}`;
	context.fail([...path, stranger], `unknown key "${stranger}" in a step with ${what}${hint}`);
}

/** Finds the one operation of a step: the only key that is neither common nor an expectation. */
function operationOf(step: YamlMap, path: YamlPath, context: ParseContext, others: readonly string[]): string {
	const names = Object.keys(step).filter((key) => !others.includes(key));
	const [name] = names;
	if (name === undefined)
		context.fail(path, `a step needs an operation (create, getData, …) or one of the verbs ${verbNames.join(", ")}`);
	const isOperation = (key: string): boolean => key === namedCall || context.vocabulary.hasOperation(key);
	const known = names.filter(isOperation);
	const stranger = names.find((key) => !isOperation(key));
	if (stranger !== undefined) {
		const hint = didYouMean(stranger, [...context.vocabulary.operationNames(), ...verbNames, ...others]);
		const what = known.length > 0 ? `unknown key "${stranger}"` : `unknown operation "${stranger}"`;
		context.fail([...path, stranger], `${what}${hint || "; it is not in the wire spec"}`);
	}
	if (names.length > 1) context.fail(path, `a step has one operation, found ${names.join(" and ")}`);
	return name;
}

function parseCall(step: YamlMap, path: YamlPath, context: ParseContext, base: StepHead): CallStep {
	const operation = operationOf(step, path, context, [...commonKeys, ...callKeys]);
	checkRequest(context, operation, step[operation], [...path, operation]);
	checkReply(context, operation, step.reply, [...path, "reply"]);
	return {
		...base,
		kind: "call",
		request: { operation, fields: step[operation], xid: step.xidSent },
		expect: parseReply(step, path, context),
		times: step.times,
	};
}

function parseInnerCall(value: unknown, path: YamlPath, context: ParseContext, base: StepHead): CallStep {
	const inner = context.map(value, path, "the step");
	return parseCall(inner, path, context, baseOf(inner, path, context, base.client));
}

function parseRequest(value: unknown, path: YamlPath, context: ParseContext): RequestTemplate {
	const map = context.map(value, path, "a request");
	const operation = operationOf(map, path, context, ["xidSent"]);
	checkRequest(context, operation, map[operation], [...path, operation]);
	return { operation, fields: map[operation], xid: map.xidSent };
}

function parseSend(step: YamlMap, path: YamlPath, context: ParseContext, base: StepHead): Step {
	const list = Array.isArray(step.send) ? step.send : [step.send];
	const single = !Array.isArray(step.send);
	const requests = list.map((item, i) =>
		parseRequest(item, single ? [...path, "send"] : [...path, "send", i], context),
	);
	return { ...base, kind: "send", requests, times: step.times };
}

function parseReceive(step: YamlMap, path: YamlPath, context: ParseContext, base: StepHead): Step {
	const labels = Array.isArray(step.receive) ? step.receive : [step.receive];
	const wrong = labels.findIndex((label) => typeof label !== "string");
	if (wrong >= 0)
		context.fail([...path, "receive"], "receive names what was sent (as: NAME) or the operation whose reply is read");
	if (typeof labels[0] === "string") checkReply(context, labels[0], step.reply, [...path, "reply"]);
	return {
		...base,
		kind: "receive",
		labels: labels as string[],
		anyOrder: step.anyOrder === true,
		expect: parseReply(step, path, context),
	};
}

function parsePipeline(step: YamlMap, path: YamlPath, context: ParseContext, base: StepHead): Step {
	const at = [...path, "pipeline"];
	const calls = context
		.list(step.pipeline, at, "pipeline")
		.map((item, i) => parseInnerCall(item, [...at, i], context, base));
	const other = calls.find((call) => call.client !== base.client);
	if (other) context.fail(at, `a pipeline belongs to one client; ${other.client} and ${base.client} stand in it`);
	return { ...base, kind: "pipeline", calls };
}

function parseParallel(step: YamlMap, path: YamlPath, context: ParseContext, base: StepHead): Step {
	const at = [...path, "parallel"];
	const branches = Object.entries(context.map(step.parallel, at, "parallel")).map(([client, steps]) =>
		parseSteps(steps, [...at, client], context, client),
	);
	return { ...base, kind: "parallel", branches };
}

function parseRace(step: YamlMap, path: YamlPath, context: ParseContext, base: StepHead): Step {
	const at = [...path, "race"];
	const race = context.map(step.race, at, "race");
	checkKeys(race, at, context, ["clients", "do", "tally"], `"race"`);
	return {
		...base,
		kind: "race",
		clients: race.clients ?? 8,
		request: parseRequest(race.do, [...at, "do"], context),
		tally: context.matcher(race.tally, [...at, "tally"], "tally"),
	};
}

function parseEventStep(step: YamlMap, path: YamlPath, context: ParseContext, base: StepHead): Step {
	const events = parseEvents([step.event], [...path, "event"], context);
	return { ...base, kind: "events", events, within: step.within };
}

function parseEventsStep(step: YamlMap, path: YamlPath, context: ParseContext, base: StepHead): Step {
	const events = parseEvents(step.expectEvents, [...path, "expectEvents"], context);
	return { ...base, kind: "events", events, within: step.within };
}

const sessionStates: readonly SessionState[] = ["CONNECTING", "CONNECTED", "CLOSED", "EXPIRED", "AUTH_FAILED"];

function parseState(step: YamlMap, path: YamlPath, context: ParseContext, base: StepHead): Step {
	const wanted = sessionStates.find((state) => state === step.state);
	if (wanted === undefined) context.fail([...path, "state"], `state is one of ${sessionStates.join(", ")}`);
	const expectation = context.expectation([...path, "state"], "the session's state");
	return { ...base, kind: "state", wanted, expectation, within: step.within };
}

function parseUntil(step: YamlMap, path: YamlPath, context: ParseContext, base: StepHead): Step {
	if (!("within" in step)) context.fail(path, "until needs within: how many ms it may take");
	const expectation = context.expectation([...path, "until"], "this becoming true in time");
	// What stands inside is one demand together with its bound: a part of it can not be flipped alone.
	const count = context.expectations.length;
	const call = parseRepeated(step.until, [...path, "until"], context, base);
	context.expectations.length = count;
	return {
		...base,
		kind: "until",
		call: unflippable(call),
		within: step.within,
		notBefore: step.notBefore,
		expectation,
	};
}

/** What can be asked again and again: an operation, or a four-letter word. */
function parseRepeated(value: unknown, path: YamlPath, context: ParseContext, base: StepHead): CallStep | WordStep {
	const inner = context.map(value, path, "the step");
	if (!("word" in inner)) return parseInnerCall(inner, path, context, base);
	checkKeys(inner, path, context, [...wordKeys, ...commonKeys], `"word"`);
	return parseWord(inner, path, context, baseOf(inner, path, context, base.client));
}

/** Takes the numbers of a call's expectations back, because others get them. */
function unflippable<Asked extends CallStep | WordStep>(call: Asked): Asked {
	const strip = (value: unknown): unknown => {
		if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, strip(item)]));
		if (Array.isArray(value)) return value.map(strip);
		if (value === null || typeof value !== "object" || value instanceof Uint8Array) return value;
		const copy = Object.fromEntries(
			Object.entries(value).map(([key, item]) => [key, key === "wanted" ? item : strip(item)]),
		);
		return "id" in copy && "subject" in copy ? { ...copy, id: -1 } : copy;
	};
	return strip(call) as Asked;
}

function parseHold(step: YamlMap, path: YamlPath, context: ParseContext, base: StepHead): Step {
	if (!("for" in step)) context.fail(path, "hold needs for: how many ms it must stay true");
	return {
		...base,
		kind: "hold",
		call: parseRepeated(step.hold, [...path, "hold"], context, base),
		forMs: step.for,
	};
}

function parseRepeat(step: YamlMap, path: YamlPath, context: ParseContext, base: StepHead): Step {
	return {
		...base,
		kind: "repeat",
		times: step.repeat,
		steps: parseSteps(step.steps, [...path, "steps"], context, base.client),
	};
}

function parseEverywhere(step: YamlMap, path: YamlPath, context: ParseContext, base: StepHead): Step {
	const call = parseInnerCall(step.everywhere, [...path, "everywhere"], context, base);
	return { ...base, kind: "everywhere", call, on: step.on };
}

function parseLet(step: YamlMap, path: YamlPath, context: ParseContext, base: StepHead): Step {
	return { ...base, kind: "let", values: context.map(step.let, [...path, "let"], "let") };
}

function parseAssert(step: YamlMap, path: YamlPath, context: ParseContext, base: StepHead): Step {
	if (!("is" in step)) context.fail(path, "assert needs is: what the value must be");
	return {
		...base,
		kind: "assert",
		that: step.assert,
		is: context.matcher(step.is, [...path, "is"], "the value"),
	};
}
