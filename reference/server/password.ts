import type { SessionId } from "../model/ids.js";
import { passwordBytes } from "../wire/handshake.js";

const secret = 0xb3415c00n;
const multiplier = 0x5deece66dn;
const increment = 0xbn;
const mask = (1n << 48n) - 1n;

/**
 * The password of a session: 16 bytes of java.util.Random seeded with the id. It protects nothing, but every server must
 * work out the same one, or sessions can not move between servers and survive restarts.
 */
export function passwordOf(session: SessionId): Uint8Array {
	const bytes = new Uint8Array(passwordBytes);
	const view = new DataView(bytes.buffer);
	let state = (BigInt.asUintN(64, session ^ secret) ^ multiplier) & mask;
	for (let at = 0; at < passwordBytes; at += 4) {
		state = (state * multiplier + increment) & mask;
		view.setInt32(at, Number(BigInt.asIntN(32, state >> 16n)), true);
	}
	return bytes;
}

export function isPasswordOf(session: SessionId, password: Uint8Array): boolean {
	const expected = passwordOf(session);
	return password.length === passwordBytes && expected.every((byte, i) => byte === password[i]);
}
