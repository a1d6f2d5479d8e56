import { DecodeError } from "../lib/reader.js";
import { decodeUtf8 } from "../lib/utf8.js";
import type { Txn } from "../model/txns.js";
import type { DataTree } from "../tree/data-tree.js";
import { configPath } from "../tree/path.js";
import { type EnsembleConfig, EnsembleConfigError, maybeConfig, parseConfigText } from "../zab/ensemble-config.js";

/** The ensemble that a reconfiguration makes; undefined for every other change. @throws DecodeError */
export function maybeProposedConfig(txn: Txn): EnsembleConfig | undefined {
	if (txn.type !== 16) return undefined;
	try {
		return parseConfigText(decodeUtf8(txn.data ?? new Uint8Array()));
	} catch (error) {
		if (!(error instanceof EnsembleConfigError)) throw error;
		throw new DecodeError(`a reconfiguration that is none: ${error.message}`);
	}
}

/** What the config node says; undefined while it is empty or says nothing that makes sense. */
export function maybeConfigIn(tree: DataTree): EnsembleConfig | undefined {
	const { data } = tree.node(configPath) ?? { data: null };
	return data === null ? undefined : maybeConfig(decodeUtf8(data));
}
