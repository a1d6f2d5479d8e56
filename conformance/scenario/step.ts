import type { Place } from "../../spec/load/spec-error.js";
import type { SessionState } from "../client/session-client.js";
import type { FaultKind } from "../drivers/ensemble-driver.js";
import type { Expectation, Matcher } from "./matcher.js";

/** A YAML value whose texts may hold expressions; evaluated when the step runs. */
export type Template = unknown;

/** One operation with its arguments, as `{create: {path: $root/a}}` says. */
export interface RequestTemplate {
	readonly operation: string;
	/** A map of fields, or the value of the operation's shorthand field. */
	readonly fields: Template;
	/** Overrides the client's own counter. */
	readonly xid: Template | undefined;
}

/** Events in the order of arrival, or as a set where the server may choose. */
export interface EventsExpectation {
	readonly where: Place;
	readonly items: readonly Matcher[];
	/** Set when the order is free: then the items are matched as one demand. */
	readonly anyOrder: Matcher | undefined;
}

/** What must come back for one request; nothing but these events may come before it. */
export interface ReplyExpectation {
	readonly where: Place;
	/** Undefined when `outcomes` or `closed` say all. */
	readonly error: Matcher | undefined;
	readonly xid: Matcher | undefined;
	readonly zxid: Matcher | undefined;
	readonly reply: Matcher | undefined;
	/** Alternatives over `{error, reply, zxid, closed}`: one of them must hold. Replaces `error`. */
	readonly outcomes: Matcher | undefined;
	readonly events: EventsExpectation | undefined;
	/** No reply: the server closes the connection instead. */
	readonly closed: Expectation | undefined;
	/** The reply comes, then the server closes the connection. */
	readonly thenClosed: Expectation | undefined;
	/** Local monotonic ms; a reply after it proves nothing, so the scenario is undecided. */
	readonly before: Template | undefined;
}

interface StepBase {
	readonly where: Place;
	readonly client: string;
	/** The name under which later expressions find the result. */
	readonly as: string | undefined;
}

export interface CallStep extends StepBase {
	readonly kind: "call";
	readonly request: RequestTemplate;
	readonly expect: ReplyExpectation;
	/** Repeats this call in a pipeline. */
	readonly times: Template | undefined;
}

/** A four-letter word on a connection of its own. */
export interface WordStep extends StepBase {
	readonly kind: "word";
	readonly word: Template;
	readonly text: Matcher | undefined;
	readonly groups: Template | undefined;
	/** The server that is asked instead of the client's own. */
	readonly server: Template | undefined;
}

export type Step =
	| CallStep
	| (StepBase & {
			readonly kind: "send";
			readonly requests: readonly RequestTemplate[];
			readonly times: Template | undefined;
	  })
	| (StepBase & {
			readonly kind: "receive";
			readonly labels: readonly string[];
			readonly anyOrder: boolean;
			readonly expect: ReplyExpectation;
	  })
	| (StepBase & { readonly kind: "pipeline"; readonly calls: readonly CallStep[] })
	| (StepBase & { readonly kind: "parallel"; readonly branches: readonly (readonly Step[])[] })
	| (StepBase & {
			readonly kind: "race";
			readonly clients: Template;
			readonly request: RequestTemplate;
			/** How many clients got which error name. */
			readonly tally: Matcher;
	  })
	| (StepBase & { readonly kind: "events"; readonly events: EventsExpectation; readonly within: Template | undefined })
	| (StepBase & {
			/** The state of a client that has the session layer. */
			readonly kind: "state";
			readonly wanted: SessionState;
			readonly expectation: Expectation;
			readonly within: Template | undefined;
	  })
	| (StepBase & { readonly kind: "barrier" })
	| (StepBase & {
			readonly kind: "connect";
			/** `open` is TCP only; `reconnect` takes the session over from the client's last connection. */
			readonly mode: "connect" | "reconnect" | "open";
			readonly fields: Template;
			/** The server to which the client goes from now on. */
			readonly server: Template | undefined;
			/** Tries again for so many ms while there is no connection or no answer. */
			readonly within: Template | undefined;
			readonly reply: Matcher | undefined;
			readonly closed: Expectation | undefined;
			/** The server answers with session id 0 and timeout 0, then closes. */
			readonly refused: Expectation | undefined;
	  })
	| (StepBase & { readonly kind: "drop"; readonly how: "fin" | "reset" | "half" })
	| (StepBase & { readonly kind: "closed"; readonly expectation: Expectation; readonly within: Template | undefined })
	| (StepBase & {
			readonly kind: "raw";
			readonly framed: boolean;
			readonly parts: Template;
			/** The operation whose reply is expected; without it nothing is awaited. */
			readonly expect: ReplyExpectation | undefined;
			readonly replyOf: string | undefined;
	  })
	| WordStep
	| (StepBase & {
			readonly kind: "until";
			readonly call: CallStep | WordStep;
			readonly within: Template;
			/** Not earlier than this many ms after the step began. */
			readonly notBefore: Template | undefined;
			readonly expectation: Expectation;
	  })
	| (StepBase & { readonly kind: "hold"; readonly call: CallStep | WordStep; readonly forMs: Template })
	| (StepBase & { readonly kind: "repeat"; readonly times: Template; readonly steps: readonly Step[] })
	| (StepBase & { readonly kind: "fault"; readonly fault: Template })
	| (StepBase & { readonly kind: "healed" })
	| (StepBase & {
			/** Waits until this server serves, or until one serves in this role. */
			readonly kind: "serves";
			readonly server: Template;
			readonly role: Template | undefined;
			readonly expectation: Expectation;
			readonly within: Template | undefined;
	  })
	| (StepBase & {
			/** The same call through every server, or those named, each after a sync. */
			readonly kind: "everywhere";
			readonly call: CallStep;
			readonly on: Template | undefined;
	  })
	| (StepBase & { readonly kind: "let"; readonly values: Readonly<Record<string, Template>> })
	| (StepBase & { readonly kind: "assert"; readonly that: Template; readonly is: Matcher });

/** How a client connects before its first step. */
export interface ClientOptions {
	/** Fields of the ConnectRequest; left out ones take the defaults. */
	readonly connect: Readonly<Record<string, Template>>;
	/** `false`: the scenario connects it itself. */
	readonly autoConnect: boolean;
	/** `session`: it pings, reconnects and restores its watches by itself, as real clients do. */
	readonly layer: "raw" | "session";
	/** Sent as auth packets right after connecting: `scheme` and `auth`. */
	readonly auth: readonly { readonly scheme: Template; readonly auth: Template }[];
	/** Authenticates with the target's super credentials. */
	readonly super: boolean;
	/** Id of a server, from 1 on; undefined: any. */
	readonly server: Template | undefined;
}

/** An ensemble of its own, started for scenarios that need other settings or members than the target has. */
export interface EnsembleNeeds {
	/** How many vote; as many as the target has if undefined. */
	readonly servers: number | undefined;
	readonly observers: number;
	readonly settings: Readonly<Record<string, string>>;
}

export interface Scenario {
	readonly id: string;
	readonly guarantee: string;
	readonly where: Place;
	readonly title: string;
	readonly covers: readonly string[];
	readonly requires: readonly string[];
	readonly since: string | undefined;
	readonly before: string | undefined;
	/** Why nothing else of the suite may run meanwhile. */
	readonly alone: string | undefined;
	/** What it reads or writes outside the suite's root node; runs alone, on a foreign target only when asked. */
	readonly outside: string | undefined;
	/** It may crash or wedge a server: opt-in. */
	readonly destructive: string | undefined;
	/** Needs a server on which nothing has ever been written; runs before the suite's root node exists. */
	readonly fresh: boolean;
	/** Its clients name servers; so many there must be. Undefined: all clients are on one. */
	readonly servers: number | undefined;
	/** Expressions name `$leader`, `$followers`, `$observers` or `$rest`. */
	readonly usesRoles: boolean;
	/** What its steps do to servers. */
	readonly faults: ReadonlySet<FaultKind>;
	readonly ensemble: EnsembleNeeds | undefined;
	/** Estimated duration, so that long ones start first. */
	readonly lastsMs: Template | undefined;
	readonly clients: ReadonlyMap<string, ClientOptions>;
	/** The values of one row of `cases`. */
	readonly values: Readonly<Record<string, Template>>;
	readonly steps: readonly Step[];
	readonly cleanup: readonly Step[];
	readonly expectations: readonly Expectation[];
}
