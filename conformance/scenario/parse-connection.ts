import { checkReply } from "./check-fields.js";
import type { ParseContext, YamlMap, YamlPath } from "./parse-context.js";
import { parseReply, replyKeys } from "./parse-expectation.js";
import type { CallStep, Step, WordStep } from "./step.js";

/** What every step has, whatever it does. */
export type StepHead = Pick<CallStep, "where" | "client" | "as">;

export function parseConnect(step: YamlMap, path: YamlPath, context: ParseContext, base: StepHead): Step {
	const mode = "reconnect" in step ? "reconnect" : "open" in step ? "open" : "connect";
	const expects = (key: string, subject: string) =>
		step[key] === true ? context.expectation([...path, key], subject) : undefined;
	const fields = step[mode];
	if (fields !== null && (typeof fields !== "object" || Array.isArray(fields)) && fields !== true) {
		context.fail(
			[...path, mode],
			`${mode} takes a map of handshake fields (timeOut, sessionId, passwd, lastZxidSeen, readOnly)`,
		);
	}
	return {
		...base,
		kind: "connect",
		mode,
		fields: fields === true ? {} : (fields ?? {}),
		server: step.server,
		within: step.within,
		reply: "reply" in step ? context.matcher(step.reply, [...path, "reply"], "reply") : undefined,
		closed: expects("closed", "the connection being closed without an answer"),
		refused: expects("refused", "the session being refused"),
	};
}

export function parseDrop(step: YamlMap, path: YamlPath, context: ParseContext, base: StepHead): Step {
	const how = step.drop;
	if (how !== "fin" && how !== "reset" && how !== "half")
		context.fail([...path, "drop"], "drop is fin, reset or half (the client's half only)");
	return { ...base, kind: "drop", how };
}

export function parseClosed(step: YamlMap, path: YamlPath, context: ParseContext, base: StepHead): Step {
	const expectation = context.expectation([...path, "expectClosed"], "the connection being closed");
	return { ...base, kind: "closed", expectation, within: step.within };
}

export function parseRaw(step: YamlMap, path: YamlPath, context: ParseContext, base: StepHead): Step {
	const framed = "frame" in step;
	const key = framed ? "frame" : "bytes";
	context.list(step[key], [...path, key], key);
	const replyOf = step.replyOf as string | undefined;
	if (replyOf !== undefined && !context.vocabulary.hasOperation(replyOf))
		context.fail([...path, "replyOf"], `unknown operation "${replyOf}"`);
	if (replyOf !== undefined) checkReply(context, replyOf, step.reply, [...path, "reply"]);
	const awaited = replyOf !== undefined || replyKeys.some((name) => name in step);
	return {
		...base,
		kind: "raw",
		framed,
		parts: step[key],
		replyOf,
		expect: awaited ? parseReply(step, path, context) : undefined,
	};
}

export function parseWord(step: YamlMap, path: YamlPath, context: ParseContext, base: StepHead): WordStep {
	const text = "text" in step ? context.matcher(step.text, [...path, "text"], "text") : undefined;
	return { ...base, kind: "word", word: step.word, text, groups: step.groups, server: step.server };
}
