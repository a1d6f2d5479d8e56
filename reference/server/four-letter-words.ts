import { unreachable } from "../lib/assert.js";
import { decodeUtf8, encodeUtf8 } from "../lib/utf8.js";
import type { SessionId } from "../model/ids.js";
import type { DataTree } from "../tree/data-tree.js";
import type { Capabilities, ServerConfig } from "./config.js";
import type { Connection } from "./connection.js";
import type { Connections } from "./connections.js";
import type { Clock, ServerRole } from "./contract.js";
import type { DigestHistory } from "./digest-history.js";
import type { ExpiryBuckets } from "./expiry-buckets.js";
import { confText, consText, dirsText, dumpText, enviText, hashText, srvrText, statText } from "./figure-texts.js";
import type { Figures } from "./figures.js";
import { monitorText } from "./monitor-text.js";
import type { Sessions } from "./sessions.js";
import { wchcText, wchpText, wchsText } from "./watch-texts.js";
import type { Watches } from "./watches.js";

const names = [
	"ruok",
	"conf",
	"cons",
	"crst",
	"srst",
	"dump",
	"envi",
	"srvr",
	"stat",
	"mntr",
	"wchs",
	"wchc",
	"wchp",
	"dirs",
	"isro",
	"gtmk",
	"stmk",
	"hash",
] as const;

type Name = (typeof names)[number];

export interface FourLetterWord {
	readonly name: Name;
	/** What follows the word: the mask of `stmk`. */
	readonly argument: Uint8Array;
}

/** Everything that the words tell about. */
export interface Insight {
	readonly role: ServerRole;
	readonly config: ServerConfig;
	readonly capabilities: Capabilities;
	readonly clock: Clock;
	readonly startedMs: number;
	readonly tree: DataTree;
	readonly loggedSessions: ReadonlyMap<SessionId, number>;
	readonly sessions: Sessions;
	readonly connections: Connections;
	readonly sessionless: ExpiryBuckets<Connection>;
	readonly watches: Watches<Connection>;
	readonly figures: Figures;
	readonly digests: DigestHistory;
	/** Paths with changes decided and not yet applied. */
	readonly pendingPaths: number;
}

const maskBytes = 8;

/** A word at the very start of a connection; "incomplete" while the mask of `stmk` is missing. */
export function maybeFourLetterWord(bytes: Uint8Array): FourLetterWord | "incomplete" | undefined {
	const text = decodeUtf8(bytes.subarray(0, 4));
	const name = names.find((candidate) => candidate === text);
	if (name === undefined) return undefined;
	if (name === "stmk" && bytes.length < 4 + maskBytes) return "incomplete";
	return { name, argument: bytes.subarray(4) };
}

/** The whole answer, after which the link is closed. */
export function fourLetterAnswer(word: FourLetterWord, insight: Insight): Uint8Array {
	return encodeUtf8(isAllowed(word.name, insight.config) ? textOf(word, insight) : refusalOf(word.name));
}

export function isAllowed(name: FourLetterWord["name"], { fourLetterWords }: ServerConfig): boolean {
	return fourLetterWords.includes("*") || fourLetterWords.includes(name);
}

export const refusalOf = (name: FourLetterWord["name"]): string =>
	`${name} is not executed because it is not in the whitelist.\n`;

function textOf({ name, argument }: FourLetterWord, insight: Insight): string {
	switch (name) {
		case "ruok":
			return "imok";
		case "isro":
			return insight.role.type === "readOnly" ? "ro" : "rw";
		case "conf":
			return confText(insight);
		case "cons":
			return consText(insight);
		case "dump":
			return dumpText(insight);
		case "envi":
			return enviText(insight);
		case "srvr":
			return srvrText(insight);
		case "stat":
			return statText(insight);
		case "mntr":
			return monitorText(insight);
		case "wchs":
			return wchsText(insight.watches);
		case "wchc":
			return wchcText(insight.watches);
		case "wchp":
			return wchpText(insight.watches);
		case "dirs":
			return dirsText(insight);
		case "hash":
			return hashText(insight);
		case "crst":
		case "srst":
			return resetText(name, insight);
		case "gtmk":
			return String(insight.figures.traceMask);
		case "stmk":
			insight.figures.traceMask = new DataView(argument.buffer, argument.byteOffset, maskBytes).getBigInt64(0);
			return String(insight.figures.traceMask);
		default:
			return unreachable(name);
	}
}

function resetText(name: "crst" | "srst", { figures, connections }: Insight): string {
	if (name === "srst") {
		figures.reset();
		return "Server stats reset.\n";
	}
	for (const connection of connections) connection.figures.reset();
	return "Connection stats reset.\n";
}
