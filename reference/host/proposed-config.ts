import { DecodeError } from "../lib/reader.js";
import { decodeUtf8 } from "../lib/utf8.js";
import type { Txn } from "../model/txns.js";
import { type EnsembleConfig, EnsembleConfigError, parseConfigText } from "../zab/ensemble-config.js";

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
