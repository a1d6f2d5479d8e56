import type { Codec } from "./codec.js";

export type SessionErrorReason = "CONNECTIONLOSS" | "SESSIONEXPIRED" | "AUTHFAILED";

/** No reply will come. After CONNECTIONLOSS nobody knows whether the request was carried out. */
export class SessionError extends Error {
	override readonly name = "SessionError";
	readonly reason: SessionErrorReason;
	readonly code: number;

	constructor(codec: Codec, reason: SessionErrorReason, text: string = reason) {
		super(text);
		this.reason = reason;
		this.code = codec.errorCode(reason);
	}
}
