import { describeValue, type Value } from "../../conformance/client/value.js";

/** What one client does; texts name nodes below `$root`, which each run replaces with a node of its own. */
export type Action =
	/** One request; `sinceStep` fills in `relativeZxid` with the zxid that was last seen after that step. */
	| { readonly kind: "call"; readonly operation: string; readonly fields: Value; readonly sinceStep?: number }
	/** A request of this operation with a body of these parts, as scenario files have them. */
	| { readonly kind: "frame"; readonly operation: string; readonly parts: readonly Value[] }
	/** Ends the connection, not the session. */
	| { readonly kind: "drop" }
	/** A new connection for the session; with a wrong password it is refused. */
	| { readonly kind: "resume"; readonly password: "own" | "wrong" }
	/** A new session on a new connection. */
	| { readonly kind: "connect" };

export interface Step {
	/** Stays when other steps are left out. */
	readonly id: number;
	readonly session: string;
	readonly action: Action;
}

export function describeStep({ id, session, action }: Step): string {
	return `step ${id}: ${session}: ${describeAction(action)}`;
}

function describeAction(action: Action): string {
	switch (action.kind) {
		case "call": {
			const since = action.sinceStep === undefined ? "" : ` relative to step ${action.sinceStep}`;
			return `${action.operation} ${describeValue(action.fields)}${since}`;
		}
		case "frame":
			return `${action.operation} with the body ${describeValue(action.parts)}`;
		case "resume":
			return action.password === "own" ? "resume" : "resume with a wrong password";
		case "drop":
		case "connect":
			return action.kind;
	}
}

/** The value with every text changed; keys, buffers and numbers stay. */
export function mapTexts(value: Value, change: (text: string) => string): Value {
	if (typeof value === "string") return change(value);
	if (value === null || typeof value !== "object" || value instanceof Uint8Array) return value;
	if (Array.isArray(value)) return (value as readonly Value[]).map((each) => mapTexts(each, change));
	return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mapTexts(each as Value, change)]));
}
