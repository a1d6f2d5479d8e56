import { Writer } from "../../lib/writer.js";
import { openAcl } from "../../model/open-acl.js";
import { opcodes, xids } from "../../wire/opcodes.js";
import { writeAcls } from "../../wire/records.js";

/** What the gateway asks a server for. Nodes are created for everybody to use. */
export type Call =
	| { readonly type: "exists" | "getData" | "getChildren2"; readonly path: string }
	| { readonly type: "setData"; readonly path: string; readonly data: Uint8Array | null; readonly version: number }
	| {
			readonly type: "create2" | "createContainer";
			readonly path: string;
			readonly data: Uint8Array | null;
			/** A create mode number. */
			readonly flags: number;
	  }
	| { readonly type: "delete"; readonly path: string; readonly version: number }
	| { readonly type: "ping" | "closeSession" };

/** A whole frame; a ping has its own xid. */
export function encodeCall(xid: number, call: Call): Uint8Array {
	const writer = new Writer(128).int(0);
	writer.int(call.type === "ping" ? xids.ping : xid).int(opcodes[call.type]);
	writeBody(writer, call);
	return writer.frame();
}

function writeBody(writer: Writer, call: Call): void {
	switch (call.type) {
		case "exists":
		case "getData":
		case "getChildren2":
			writer.ustring(call.path).boolean(false);
			return;
		case "setData":
			writer.ustring(call.path).buffer(call.data).int(call.version);
			return;
		case "create2":
		case "createContainer":
			writeAcls(writer.ustring(call.path).buffer(call.data), openAcl).int(call.flags);
			return;
		case "delete":
			writer.ustring(call.path).int(call.version);
			return;
		case "ping":
		case "closeSession":
			return;
	}
}
