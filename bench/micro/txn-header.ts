import { sessionId, zxid } from "../../reference/model/ids.js";
import type { Txn, TxnHeader } from "../../reference/model/txns.js";
import { wallMs } from "./task.js";

const session = sessionId(0x1_0000_0000_0000_0001n);

export function txnHeader(type: Txn["type"], at: number): TxnHeader {
	return { session, cxid: at, zxid: zxid(at), timeMs: wallMs, type };
}
