import { stringify } from "yaml";
import type { Codec } from "../../conformance/client/codec.js";
import { type Fields, plainOf, type Value } from "../../conformance/client/value.js";
import type { Done } from "./lock-step.js";
import type { Step } from "./program.js";

type Written = Record<string, unknown>;

/**
 * A scenario for `spec/guarantees` that does these steps and demands what Apache answered. Of the last step, the one
 * that differed, the whole body is demanded but for what no two runs have in common.
 */
export function scenarioText(codec: Codec, name: string, done: readonly Done[]): string {
	const referred = new Set(done.flatMap(({ step }) => maybeReferred(step, done) ?? []));
	const lines = done.flatMap((each, index) => stepsOf(codec, each, done, index === done.length - 1, referred));
	const steps = lines.map((line) => `      - ${stringify(line, { collectionStyle: "flow", lineWidth: 0 }).trimEnd()}`);
	return [`  ${name}:`, "    covers: []", "    steps:", ...steps].join("\n");
}

/** The step whose zxid stands for `sinceStep`: the last one up to it that is still there and has a reply. */
function maybeReferred({ action }: Step, done: readonly Done[]): number | undefined {
	if (action.kind !== "call" || action.sinceStep === undefined) return undefined;
	const since = action.sinceStep;
	return done.findLast(({ step }) => step.id <= since && step.action.kind === "call")?.step.id;
}

function stepsOf(
	codec: Codec,
	each: Done,
	done: readonly Done[],
	isLast: boolean,
	referred: ReadonlySet<number>,
): Written[] {
	const { step, apache } = each;
	const own = (apache[step.session] ?? []) as readonly Fields[];
	const written: Written = { client: step.session, ...actionOf(codec, step, done), ...answerOf(own, isLast) };
	if (referred.has(step.id)) written.as = `s${step.id}`;
	const others = Object.entries(apache).filter(([name]) => name !== step.session);
	return [written, ...others.flatMap(([name, frames]) => heardBy(name, frames as readonly Fields[]))];
}

function actionOf(codec: Codec, step: Step, done: readonly Done[]): Written {
	const { action } = step;
	switch (action.kind) {
		case "call": {
			const referred = maybeReferred(step, done);
			const since =
				action.sinceStep === undefined ? {} : { relativeZxid: referred === undefined ? 0 : `$s${referred}.zxid` };
			return { [action.operation]: { ...(plainOf(action.fields) as Written), ...since } };
		}
		case "frame": {
			const parts = [{ int: 1_000_000 + step.id }, { int: codec.operation(action.operation).code }, ...action.parts];
			return { frame: parts.map((part) => plainOf(part)), replyOf: action.operation };
		}
		case "drop":
			return { drop: "fin" };
		case "connect":
			return { connect: {} };
		case "resume":
			return { reconnect: action.password === "own" ? {} : { passwd: { hex: "07".repeat(16) } } };
	}
}

function answerOf(own: readonly Fields[], isLast: boolean): Written {
	const reply = own.find(({ kind, xid }) => kind === "reply" && xid !== -2);
	const closed = own.some(({ kind }) => kind === "closed");
	const events = own.filter(({ kind }) => kind === "event").map(eventOf);
	const heard = events.length === 0 ? {} : { events };
	if (own.some(({ kind, sessionId }) => kind === "handshake" && sessionId === "none")) return { refused: true };
	if (reply === undefined) return closed ? { ...heard, closed } : heard;
	const error = reply.error === "OK" ? {} : { error: reply.error };
	const body = isLast && reply.error === "OK" ? { reply: demandOf(reply.body as Fields) } : {};
	return { ...heard, ...error, ...body, ...(closed ? { thenClosed: true } : {}) };
}

function heardBy(client: string, frames: readonly Fields[]): Written[] {
	const events = frames.filter(({ kind }) => kind === "event").map(eventOf);
	return events.length === 0 ? [] : [{ client, expectEvents: events }];
}

function eventOf({ type, path }: Fields): Written {
	return { [String(type)]: path };
}

const ownOfEachRun = new Set(["czxid", "mzxid", "pzxid", "ctime", "mtime", "ephemeralOwner", "rest"]);

function demandOf(value: Value): unknown {
	if (Array.isArray(value)) return (value as readonly Value[]).map(demandOf);
	if (value === null || typeof value !== "object" || value instanceof Uint8Array) return plainOf(value);
	const kept = Object.entries(value as Fields).filter(([name]) => !ownOfEachRun.has(name));
	return Object.fromEntries(kept.map(([name, each]) => [name, demandOf(each)]));
}
