import { faultProblem, maybeKind } from "../drivers/fault-problem.js";
import type { StepHead } from "./parse-connection.js";
import type { ParseContext, YamlMap, YamlPath } from "./parse-context.js";
import type { Step } from "./step.js";

/** What servers can be waited for, beside their ids. */
const roles = ["leader", "follower", "observer", "readOnly", "standalone"];

function isExpression(value: unknown): boolean {
	return typeof value === "string" && value.includes("$");
}

export function parseFault(step: YamlMap, path: YamlPath, context: ParseContext, base: StepHead): Step {
	const problem = faultProblem(step.fault, isExpression);
	if (problem !== undefined) context.fail([...path, "fault", ...problem.path], problem.text);
	const kind = maybeKind(step.fault as object);
	if (kind !== undefined) context.faults.add(kind);
	return { ...base, kind: "fault", fault: step.fault };
}

export function parseServes(step: YamlMap, path: YamlPath, context: ParseContext, base: StepHead): Step {
	const { serves, role } = step;
	const isRole = (value: unknown): boolean => isExpression(value) || roles.includes(String(value));
	if (typeof serves !== "number" && !isRole(serves))
		context.fail([...path, "serves"], `serves names a server by its id or one of ${roles.join(", ")}`);
	if (role !== undefined && !isRole(role)) context.fail([...path, "role"], `a role is one of ${roles.join(", ")}`);
	const expectation = context.expectation([...path, "serves"], "who serves");
	return { ...base, kind: "serves", server: serves, role, expectation, within: step.within };
}
