import type { Codec } from "../client/codec.js";
import type { Address, FrameTrace } from "../client/connection.js";
import type { EnsembleDriver, MemberRole } from "../drivers/ensemble-driver.js";

/** What is known about the target, by probing it or because the user said so. */
export type Facts = Readonly<Record<string, number | boolean | string>>;

export interface Credentials {
	readonly scheme: string;
	readonly auth: string;
}

/** Everything that a scenario needs to run once. */
export interface ScenarioEnvironment {
	readonly codec: Codec;
	/** Those of a scenario that names servers: server 1 first. */
	readonly addresses: readonly Address[];
	/** What a server serves as; undefined while it does not serve. */
	readonly roleOf: (id: number) => Promise<MemberRole | undefined>;
	/** Who can hurt the servers; undefined where nobody can. */
	readonly driver: EnsembleDriver | undefined;
	readonly facts: Facts;
	/** The scenario's own node: it exists and is empty. */
	readonly root: string;
	/** How long a reply, an event or a close may take. */
	readonly replyTimeoutMs: number;
	readonly super: Credentials | undefined;
	readonly seed: number;
	/** The expectation to turn into its opposite, to see that the scenario can fail. */
	readonly flip: number | undefined;
	/** Who is told of every frame of a client; nobody when it gives undefined. */
	readonly trace: (client: string) => FrameTrace | undefined;
}
