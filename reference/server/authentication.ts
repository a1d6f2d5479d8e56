import { decodeUtf8 } from "../lib/utf8.js";
import type { Id } from "../model/records.js";
import type { Capabilities, ServerConfig } from "./config.js";

/** The identities that an auth packet proves; undefined when it fails. */
export function maybeAuthenticate(
	scheme: string,
	auth: Uint8Array | null,
	config: ServerConfig,
	{ digestHash }: Pick<Capabilities, "digestHash">,
): readonly Id[] | undefined {
	if (auth === null) return undefined;
	if (scheme === "ip") return [];
	if (scheme !== "digest" || !config.digestAuthEnabled) return undefined;
	const id = `${decodeUtf8(auth).split(":")[0]}:${digestHash(auth)}`;
	const own: Id = { scheme: "digest", id };
	return id === config.superDigest ? [{ scheme: "super", id: "" }, own] : [own];
}

/** Identities with new ones added, newest first; no duplicates. */
export function withIds(ids: readonly Id[], added: readonly Id[]): readonly Id[] {
	const fresh = added.filter(({ scheme, id }) => !ids.some((old) => old.scheme === scheme && old.id === id));
	return [...fresh, ...ids];
}
