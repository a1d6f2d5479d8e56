import type { Found, Known, Write } from "./write-record.js";

export interface Verdict {
	/** One line each. */
	readonly problems: readonly string[];
	/** What has to be there from now on. */
	readonly known: Known;
}

/** What is allowed beside success; a session that moved leaves refusals behind. */
const allowed: Readonly<Record<Write["kind"], readonly string[]>> = {
	create: ["OK", "SESSIONMOVED"],
	set: ["OK", "SESSIONMOVED"],
	remove: ["OK", "NONODE", "SESSIONMOVED"],
	refused: ["BADVERSION", "SESSIONMOVED"],
};

/**
 * Holds a writer's record against what a server has. Everything acknowledged must have happened with the zxid of its
 * reply, nothing refused may have; of the writes in doubt on one connection the first ones may have happened, as they
 * were sent in order.
 */
export function judge(known: Known, writes: readonly Write[], found: Found): Verdict {
	const problems = [...wrongAnswers(writes), ...wrongOrder(writes)];
	const applied = new Map<Write, boolean | undefined>();
	problems.push(...judgeNodes(known, writes, found, applied));
	problems.push(...judgeKey(known, writes, found, applied));
	problems.push(...holes(writes, applied));
	const nodes = new Map([...found.nodes].map(([index, { czxid }]) => [index, czxid]));
	return { problems, known: { nodes, key: { version: found.key.version, value: Number(found.key.data) } } };
}

function wrongAnswers(writes: readonly Write[]): string[] {
	return writes.flatMap(({ kind, index, outcome }) => {
		if (outcome === undefined) return [`write ${index} (${kind}) has neither reply nor end of connection`];
		if (outcome.type === "doubt" || allowed[kind].includes(outcome.err)) return [];
		return [`write ${index} (${kind}) was answered with ${outcome.err}`];
	});
}

/** The replies of one session come in the order of their zxids. */
function wrongOrder(writes: readonly Write[]): string[] {
	let last = 0n;
	return writes.flatMap(({ index, outcome }) => {
		if (outcome?.type !== "answered" || outcome.err === "SESSIONMOVED") return [];
		const before = last;
		last = outcome.zxid;
		return outcome.zxid > before ? [] : [`write ${index}: zxid ${hex(outcome.zxid)} after ${hex(before)}`];
	});
}

const isDone = ({ outcome }: Write): boolean => outcome?.type === "answered" && outcome.err === "OK";
const isInDoubt = ({ outcome }: Write): boolean => outcome?.type === "doubt";

function judgeNodes(
	known: Known,
	writes: readonly Write[],
	found: Found,
	applied: Map<Write, boolean | undefined>,
): string[] {
	const creates = writes.filter(({ kind }) => kind === "create");
	const removes = new Map(writes.filter(({ kind }) => kind === "remove").map((write) => [write.node, write]));
	const expected = new Map(known.nodes);
	for (const create of creates) {
		const { outcome } = create;
		if (isDone(create)) expected.set(create.index, outcome?.type === "answered" ? outcome.zxid : undefined);
		applied.set(create, isInDoubt(create) ? wasCreated(create, found, removes.get(create.index)) : isDone(create));
		if (isInDoubt(create) && found.nodes.has(create.index)) expected.set(create.index, undefined);
	}
	for (const remove of removes.values()) applied.set(remove, isInDoubt(remove) ? undefined : isDone(remove));
	return [...missing(expected, removes, found), ...unexpected(expected, removes, found)];
}

function wasCreated(create: Write, found: Found, remove: Write | undefined): boolean | undefined {
	if (found.nodes.has(create.index)) return true;
	if (remove?.outcome?.type !== "answered") return remove === undefined ? false : undefined;
	return remove.outcome.err === "OK";
}

function missing(
	expected: ReadonlyMap<number, bigint | undefined>,
	removes: ReadonlyMap<number, Write>,
	found: Found,
): string[] {
	return [...expected].flatMap(([index, zxid]) => {
		const node = found.nodes.get(index);
		const remove = removes.get(index);
		if (node === undefined) {
			const mayBeGone = remove !== undefined && (isDone(remove) || isInDoubt(remove));
			return mayBeGone ? [] : [`node ${index} (zxid ${hex(zxid)}) is not there`];
		}
		if (node.data !== `${index}`) return [`node ${index} holds ${node.data}`];
		if (zxid !== undefined && node.czxid !== zxid)
			return [`node ${index} was acknowledged with zxid ${hex(zxid)} and has czxid ${hex(node.czxid)}`];
		return [];
	});
}

function unexpected(
	expected: ReadonlyMap<number, bigint | undefined>,
	removes: ReadonlyMap<number, Write>,
	found: Found,
): string[] {
	return [...found.nodes.keys()].flatMap((index) => {
		if (!expected.has(index)) return [`node ${index} is there and was never acknowledged or in doubt`];
		const remove = removes.get(index);
		if (remove === undefined || isInDoubt(remove)) return [];
		const { err = "" } = remove.outcome?.type === "answered" ? remove.outcome : {};
		return err === "OK" || err === "NONODE" ? [`node ${index} is there, its removal was answered with ${err}`] : [];
	});
}

function judgeKey(
	known: Known,
	writes: readonly Write[],
	found: Found,
	applied: Map<Write, boolean | undefined>,
): string[] {
	const sets = writes.filter(({ kind }) => kind === "set");
	const done = sets.filter(isDone);
	const inDoubt = sets.filter(isInDoubt);
	for (const write of done) applied.set(write, true);
	const { version, data, mzxid } = found.key;
	const [least, most] = [known.key.version + done.length, known.key.version + done.length + inDoubt.length];
	const problems =
		version < least || version > most ? [`the key's version is ${version}, not ${least} to ${most}`] : [];
	const last = sets.find(({ index }) => `${index}` === data);
	const acknowledged = done.at(-1);
	const earliest = acknowledged?.index ?? known.key.value;
	if (Number(data) < earliest) problems.push(`the key holds ${data}, after ${earliest} was acknowledged`);
	else if (last === undefined && Number(data) !== known.key.value)
		problems.push(`the key holds ${data}, never written`);
	else if (last !== undefined && !isDone(last) && !isInDoubt(last))
		problems.push(`the key holds ${data}, a refused write`);
	if (last !== undefined && last.outcome?.type === "answered" && last.outcome.zxid !== mzxid)
		problems.push(
			`the key's write ${data} was acknowledged with ${hex(last.outcome.zxid)}, its mzxid is ${hex(mzxid)}`,
		);
	if (version === least) for (const write of inDoubt) applied.set(write, false);
	if (version === most) for (const write of inDoubt) applied.set(write, true);
	return problems;
}

/** What is known not to have happened before something that is known to have happened, on one connection. */
function holes(writes: readonly Write[], applied: ReadonlyMap<Write, boolean | undefined>): string[] {
	const skipped = new Map<number, Write>();
	return writes.filter(isInDoubt).flatMap((write) => {
		const earlier = skipped.get(write.connection);
		if (applied.get(write) === false && earlier === undefined) skipped.set(write.connection, write);
		if (applied.get(write) !== true || earlier === undefined) return [];
		return [`write ${write.index} (${write.kind}) happened, but ${earlier.index} (${earlier.kind}) before it did not`];
	});
}

function hex(zxid: bigint | undefined): string {
	return zxid === undefined ? "unknown" : `0x${zxid.toString(16)}`;
}
