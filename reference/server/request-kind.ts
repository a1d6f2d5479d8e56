import type { Frame } from "../lib/frame-splitter.js";
import { DecodeError } from "../lib/reader.js";
import { type ErrorCode, errors } from "../model/errors.js";
import { opcodes } from "../wire/opcodes.js";
import {
	type AuthRequest,
	decodeRequestHeader,
	maybeDecodeRequest,
	type ReadRequest,
	type Request,
	type RequestHeader,
	requestHeaderBytes,
	type TxnRequest,
} from "../wire/requests.js";

/** How a request goes through the server. */
export type Classified =
	| { readonly kind: "txn"; readonly header: RequestHeader; readonly txn: TxnRequest }
	| { readonly kind: "read"; readonly header: RequestHeader; readonly read: ReadRequest }
	| { readonly kind: "auth"; readonly header: RequestHeader; readonly auth: AuthRequest }
	/** An operation whose body can not be decoded: an error in its turn. */
	| { readonly kind: "refused"; readonly header: RequestHeader; readonly error: ErrorCode }
	/** No such operation. */
	| { readonly kind: "unknown"; readonly header: RequestHeader }
	/** Not even a header, or an identity that can not be decoded: the connection can not go on. */
	| { readonly kind: "hopeless" };

/** Decodes one frame of an attached client. */
export function classifyFrame(frame: Frame): Classified {
	if (frame.length < requestHeaderBytes) return { kind: "hopeless" };
	const reader = frame.reader();
	const header = decodeRequestHeader(reader);
	const decoded = maybeDecoded(() => maybeDecodeRequest(header.opcode, reader) ?? null);
	if (decoded === null) return { kind: "unknown", header };
	if (decoded !== undefined) return classify(header, decoded);
	const isAuth = header.opcode === opcodes.auth || header.opcode === opcodes.sasl;
	return isAuth ? { kind: "hopeless" } : { kind: "refused", header, error: errors.marshallingError };
}

/** Undefined when the bytes are not what they should be. */
export function maybeDecoded<T>(decode: () => T): T | undefined {
	try {
		return decode();
	} catch (error) {
		if (error instanceof DecodeError) return undefined;
		throw error;
	}
}

export function classify(header: RequestHeader, request: Request): Classified {
	switch (request.type) {
		case "auth":
		case "sasl":
			return { kind: "auth", header, auth: request };
		// Alone it means nothing, and Apache's log could not be read back with it.
		case "check":
			return { kind: "unknown", header };
		case "create":
		case "create2":
		case "createContainer":
		case "createTtl":
		case "delete":
		case "setData":
		case "setAcl":
		case "multi":
		case "createSession":
		case "closeSession":
		case "reconfig":
		case "deleteContainer":
		case "malformedWrite":
			return { kind: "txn", header, txn: request };
		default:
			return { kind: "read", header, read: request };
	}
}
