import { assert } from "../lib/assert.js";
import type { ServerEffects } from "./contract.js";

type QuorumEffects = Pick<ServerEffects, "forward" | "revalidate" | "answerSync" | "answerRevalidate">;

/** For a standalone server, which has nobody to ask and nobody to answer but its clients. */
export const noQuorum: QuorumEffects = {
	forward: unasked,
	revalidate: unasked,
	answerSync: unasked,
	answerRevalidate: unasked,
};

function unasked(): never {
	assert(false, "a standalone server asks no quorum");
}
