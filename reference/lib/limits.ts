import { assert } from "./assert.js";

/** Bounds on what the server keeps and does at a time, apart from those that zoo.cfg sets. */
export const limits = {
	/** A buffer for encoding that has grown beyond this is not used again. */
	keptBufferBytesMax: 1 << 16,
	/** The same for what a turn says to one link: replies to what a pipelining client has asked at once fit in. */
	keptWriteBytesMax: 1 << 20,
	/** Such buffers at rest, in all. */
	idleWriteBytesMax: 1 << 24,
	/** A turn writes about this much of a snapshot, or looks at this many nodes. */
	snapshotSliceBytes: 1 << 16,
	snapshotSliceNodes: 512,
	/** Files are read in steps of this size. */
	readWindowBytes: 1 << 20,
	/** `hash` tells the digest at every so many zxids, so many times. */
	digestIntervalZxids: 128,
	digestEntriesMax: 1024,
	/** Replies waiting in memory for one peer before its requests wait too. */
	unsentBytesMax: 8 << 20,
	/** How long a closed link may take to send its last bytes. */
	lingerMs: 2000,
	/** jute.maxbuffer, unless zoo.cfg sets it. */
	defaultFrameBytesMax: 0xfffff,
	/** The data of one packet between servers, when jute.maxbuffer is not larger: a txn holds more than its request. */
	quorumDataBytesMax: 4 << 20,
	/** Identities of a forwarded request, and their bytes. */
	quorumIdsMax: 1024,
	quorumIdBytesMax: 1 << 20,
	/** What Apache takes on an election link: the sender's addresses, and one message. */
	electionAddressBytesMax: 2048,
	electionFrameBytesMax: 1 << 19,
	/** Election links that somebody opened and that have not said who they are. */
	electionStrangersMax: 64,
	/** Quorum links that somebody opened and that have not said who they are. */
	quorumStrangersMax: 64,
	/** What such a link may say while it is not known who leads. */
	heldLinkBytesMax: 4096,
	/** Zxids are exact numbers up to this epoch. */
	epochMax: 2 ** 21 - 2,
	/** Waiting in memory for one learner, or at a learner for its disk; behind that it has to begin anew. */
	learnerQueuedBytesMax: 1 << 27,
	/** 40 bits of a node's ephemeralOwner are kept for it. */
	ttlMsMax: 0xff_ffff_ffff,
} as const;

assert(limits.ttlMsMax === 2 ** 40 - 1, "a TTL fills its 40 bits and no more");
assert(limits.unsentBytesMax > 2 * limits.defaultFrameBytesMax, "one large reply must not stop a link");
assert(limits.readWindowBytes >= limits.defaultFrameBytesMax, "a record of the log fits the window");
assert(
	limits.snapshotSliceBytes <= limits.readWindowBytes,
	"a snapshot is not written in larger steps than it is read",
);
assert(limits.quorumDataBytesMax > 2 * limits.defaultFrameBytesMax, "the txn of any request fits a packet");
assert(limits.idleWriteBytesMax <= 2 * limits.unsentBytesMax, "buffers at rest take no more than two slow peers may");
assert(limits.keptWriteBytesMax <= limits.idleWriteBytesMax, "a buffer that is kept has room where they rest");
