import type { Matcher } from "./matcher.js";
import type { ParseContext, YamlMap, YamlPath } from "./parse-context.js";
import type { EventsExpectation, ReplyExpectation } from "./step.js";

/** Keys of a step that say what must come back. */
export const replyKeys = [
	"error",
	"xid",
	"zxid",
	"reply",
	"outcomes",
	"events",
	"closed",
	"thenClosed",
	"before",
] as const;

export function parseReply(step: YamlMap, path: YamlPath, context: ParseContext): ReplyExpectation {
	const maybe = (key: string): Matcher | undefined =>
		key in step ? context.matcher(step[key], [...path, key], key) : undefined;
	const flag = (key: string, subject: string) => {
		if (!(key in step)) return undefined;
		if (step[key] !== true) context.fail([...path, key], `${key} can only be true; leave it out otherwise`);
		return context.expectation([...path, key], subject);
	};
	return {
		where: context.place(path),
		error: parseError(step, path, context),
		xid: maybe("xid"),
		zxid: maybe("zxid"),
		reply: maybe("reply"),
		outcomes: "outcomes" in step ? parseOutcomes(step.outcomes, [...path, "outcomes"], context) : undefined,
		events: "events" in step ? parseEvents(step.events, [...path, "events"], context) : undefined,
		closed: flag("closed", "the connection being closed"),
		thenClosed: flag("thenClosed", "the connection being closed after the reply"),
		before: step.before,
	};
}

/** Without `error` the request must succeed, which is an expectation like any other; `outcomes` and `closed` replace it. */
function parseError(step: YamlMap, path: YamlPath, context: ParseContext): Matcher | undefined {
	if ("outcomes" in step || "closed" in step) return undefined;
	if (!("error" in step)) return context.leaf("OK", path, "error");
	checkErrorNames(step.error, [...path, "error"], context);
	return context.leaf(step.error, [...path, "error"], "error");
}

function checkErrorNames(value: unknown, path: YamlPath, context: ParseContext): void {
	if (Array.isArray(value)) {
		for (const [i, item] of value.entries()) checkErrorNames(item, [...path, i], context);
	} else if (value !== null && typeof value === "object") {
		for (const [key, item] of Object.entries(value)) checkErrorNames(item, [...path, key], context);
	} else if (typeof value === "string" && !value.includes("$") && !context.vocabulary.hasEnumValue("error", value)) {
		const known = context.vocabulary.enumNames("error").join(", ");
		context.fail(path, `unknown error "${value}"; expected one of ${known}`);
	} else if (typeof value === "number") {
		context.fail(path, `write the error's name instead of ${value}`);
	}
}

function parseOutcomes(value: unknown, path: YamlPath, context: ParseContext): Matcher {
	const alternatives = context.list(value, path, "outcomes").map((item, i) => {
		const outcome = context.map(item, [...path, i], "an outcome");
		if ("error" in outcome) checkErrorNames(outcome.error, [...path, i, "error"], context);
		const unknown = Object.keys(outcome).find((key) => !["error", "reply", "zxid", "closed"].includes(key));
		if (unknown !== undefined)
			context.fail([...path, i, unknown], `an outcome has error, reply, zxid or closed, not ${unknown}`);
		return outcome.closed === true || "error" in outcome ? outcome : { error: "OK", ...outcome };
	});
	return context.leaf({ oneOf: alternatives }, path, "outcome");
}

/** A list of events, or `{anyOrder: [...]}`. */
export function parseEvents(value: unknown, path: YamlPath, context: ParseContext): EventsExpectation {
	const where = context.place(path);
	if (Array.isArray(value)) {
		const items = value.map((item, i) => {
			const at = [...path, i];
			return context.matcher(parseEvent(item, at, context), at, `event ${i + 1}`);
		});
		return { where, items, anyOrder: undefined };
	}
	const map = context.map(value, path, "events");
	const list = context.list(map.anyOrder, [...path, "anyOrder"], "anyOrder");
	const wanted = list.map((item, i) => parseEvent(item, [...path, "anyOrder", i], context));
	const anyOrder = context.leaf({ unordered: wanted }, [...path, "anyOrder"], "events in any order");
	return { where, items: new Array(wanted.length), anyOrder };
}

/** `{NodeCreated: $root/a}` is short for `{type: NodeCreated, path: $root/a}`. */
function parseEvent(value: unknown, path: YamlPath, context: ParseContext): YamlMap {
	const { type, ...rest } = context.map(value, path, "an event");
	const short = Object.keys(rest).find((key) => context.vocabulary.hasEnumValue("eventType", key));
	const known = context.vocabulary.enumNames("eventType").join(", ");
	if (type === undefined && short === undefined) context.fail(path, `an event names its type: one of ${known}`);
	if (type !== undefined) return { type, ...rest };
	const { [short ?? ""]: node, ...others } = rest;
	return { type: short, path: node, ...others };
}
