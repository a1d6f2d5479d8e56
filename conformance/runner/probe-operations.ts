import type { WireSpec, WireType } from "../../spec/load/wire-spec.js";
import type { Value } from "../client/value.js";
import type { ScenarioEnvironment } from "../scenario/environment.js";
import { ask, bye, greet } from "./probe-client.js";

/** Never sent to find out: they end or change a session, change the ensemble, or have stopped servers. */
const notSent = new Set(["auth", "check", "closeSession", "createSession", "deleteContainer", "reconfig", "sasl"]);

const sessionTimeoutMs = 30_000;
/** A server that does not know an operation may say nothing at all. */
const patienceMs = 1500;

/** Operations that were asked; one that the server does not know closes the connection or fails as UNIMPLEMENTED. */
export interface OperationFindings {
	readonly answered: readonly string[];
	readonly refused: readonly string[];
}

/** Sends every operation once, with fields that touch only what is below the root of the environment. */
export async function probeOperations(
	environment: ScenarioEnvironment,
	extra: readonly string[],
): Promise<OperationFindings> {
	const { wire } = environment.codec;
	const names = [...wire.operations.keys()].filter((name) => !notSent.has(name));
	const findings = { answered: [] as string[], refused: [] as string[] };
	let { client } = await greet(environment, sessionTimeoutMs);
	for (const name of [...names.filter((each) => !extra.includes(each)), ...extra]) {
		const timeoutMs = Math.min(patienceMs, environment.replyTimeoutMs);
		const { error } = await ask(client, name, fieldsFor(wire, name, `${environment.root}/probe-${name}`), timeoutMs);
		const known = error !== "closed" && error !== "timeout" && error !== "UNIMPLEMENTED";
		(known ? findings.answered : findings.refused).push(name);
		if (error !== "closed" && error !== "timeout") continue;
		client.drop("fin");
		({ client } = await greet(environment, sessionTimeoutMs));
	}
	await bye(client, environment.replyTimeoutMs);
	return findings;
}

/** A value for every field that has no default: the path wherever one fits, else nothing. */
function fieldsFor(wire: WireSpec, operation: string, path: string): Value {
	const spec = wire.operations.get(operation);
	if (spec?.request === undefined) return null;
	if (wire.sequences.has(spec.request)) return { [wire.sequences.get(spec.request)?.list ?? ""]: [] };
	return recordFields(wire, spec.request, path, new Set(Object.keys(spec.defaults)));
}

function recordFields(wire: WireSpec, record: string, path: string, given: ReadonlySet<string>): Value {
	const spec = wire.records.get(record);
	const open = (spec?.fields ?? []).filter(({ name }) => !given.has(name) && spec?.defaults[name] === undefined);
	return Object.fromEntries(open.map(({ name, type }) => [name, emptyValue(wire, type, path)]));
}

function emptyValue(wire: WireSpec, type: WireType, path: string): Value {
	if (type.kind === "vector") return [];
	if (type.kind === "record") return recordFields(wire, type.name, path, new Set());
	switch (type.name) {
		case "boolean":
			return false;
		case "ustring":
			return path;
		case "buffer":
			return "";
		case "byte":
		case "int":
		case "long":
		case "float":
		case "double":
			return 0;
	}
}
