import { loadWireSpec } from "../../../spec/load/wire.js";
import { parseYamlFile } from "../../../spec/load/yaml-file.js";
import { Codec } from "../../client/codec.js";
import { type Answer, type FakeConnection, FakeServer, type Request } from "../../client/testing/fake-server.js";
import type { ScenarioEnvironment } from "../environment.js";
import { parseScenarios } from "../parse-scenario.js";
import { runScenario, type Verdict } from "../run-scenario.js";
import type { Scenario } from "../step.js";
import { vocabularyOf } from "../vocabulary.js";

const wire = loadWireSpec();
export const codec = new Codec(wire);
const stat = Object.fromEntries((wire.records.get("Stat")?.fields ?? []).map(({ name }) => [name, 0]));

/** Gives every connection a session of its own and every request the least reply that means success. */
export function oblige(connection: FakeConnection, request: Request, index: number): void {
	if (request.kind === "connectRequest") {
		const asked = request.body.sessionId as bigint;
		connection.accept({ sessionId: asked === 0n ? BigInt(index + 1) : asked });
		return;
	}
	const path = String(request.body.path ?? "/");
	const bodies: Readonly<Record<string, () => Uint8Array>> = {
		create: () => codec.encodeReply("create", { path }),
		exists: () => codec.encodeReply("exists", { stat }),
		getData: () => codec.encodeReply("getData", { data: "x", stat }),
		sync: () => codec.encodeReply("sync", { path }),
	};
	connection.reply(request.xid, 7n, 0, bodies[request.operation ?? ""]?.());
	if (request.operation === "closeSession") connection.socket.end();
}

/** Does as `answer` says for one operation (or `connect`) and obliges otherwise. */
export function except(operation: string, answer: Answer): Answer {
	return (connection, request, index) => {
		const name = request.kind === "connectRequest" ? "connect" : request.operation;
		(name === operation ? answer : oblige)(connection, request, index);
	};
}

/** What one client of a scenario said on each of its connections, operation by operation. */
export const said = ({ connections }: FakeServer): readonly string[] =>
	connections.map(({ requests }) =>
		requests.map((request) => (request.kind === "request" ? (request.operation ?? "?") : "connect")).join(" "),
	);

/** The first scenario of these steps, one line of YAML each; `head` holds further keys of the scenario. */
export function scenarioOf(steps: readonly string[], head: readonly string[] = []): Scenario {
	const lines = ["    covers: [c]", ...head.map((line) => `    ${line}`), "    steps:"];
	const text = `zkspec: guarantee/v1\nguarantee: g\ntitle: Some title\nscenarios:\n  s:\n${lines.join("\n")}\n${steps
		.map((step) => `      - ${step}\n`)
		.join("")}`;
	const yaml = parseYamlFile("s.yaml", text, "guarantee");
	const file = { guarantee: "g", title: "Some title", clauses: [], scenarioIds: ["s"], covered: ["c"], yaml };
	const [scenario] = parseScenarios(file, vocabularyOf(wire));
	if (scenario === undefined) throw new Error("no scenario");
	return scenario;
}

/** How a test's environment differs from one with an obliging server and ample time. */
export type Given = Partial<
	Pick<ScenarioEnvironment, "replyTimeoutMs" | "flip" | "addresses" | "super" | "roleOf" | "driver">
>;

export function environmentOf(server: FakeServer, given: Given = {}): ScenarioEnvironment {
	return {
		codec,
		addresses: [server.address],
		roleOf: () => Promise.resolve(undefined),
		driver: undefined,
		facts: { tickTime: 500 },
		root: "/suite/r",
		replyTimeoutMs: 5000,
		super: undefined,
		seed: 1,
		flip: undefined,
		trace: () => undefined,
		...given,
	};
}

export interface Ran {
	readonly verdict: Verdict;
	readonly server: FakeServer;
	/** The verdict in one line: its type, then problems or reason. */
	readonly line: string;
}

/** Runs these steps once against a server that answers so, and stops it. */
export async function runSteps(
	steps: readonly string[],
	answer: Answer = oblige,
	given: Given = {},
	head: readonly string[] = [],
): Promise<Ran> {
	const server = await FakeServer.start(codec, answer);
	try {
		const { verdict } = await runScenario(scenarioOf(steps, head), environmentOf(server, given));
		return { verdict, server, line: describeVerdict(verdict) };
	} finally {
		server.stop();
	}
}

function describeVerdict(verdict: Verdict): string {
	switch (verdict.type) {
		case "kept":
			return "kept";
		case "violated":
			return `violated by ${verdict.violation.client}: ${verdict.violation.problems.join("; ")}`;
		case "wrong":
			return `wrong: ${verdict.error.message}`;
		default:
			return `${verdict.type}: ${verdict.reason}`;
	}
}
