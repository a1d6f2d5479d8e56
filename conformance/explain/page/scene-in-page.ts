import { decodeItems, type Items } from "./items.js";
import { chunkItems, flagLost, flagOpen, type SceneHead } from "./scene.js";

/** Everything that was embedded, ready to be drawn. */
export interface Scene {
	readonly head: SceneHead;
	readonly items: Items;
	/** Items without a reply, by time. */
	readonly inDoubt: Uint32Array;
	/** Lane of each item is found by its place; these are the lanes' first items, rising. */
	readonly laneFirsts: Float64Array;
}

/** What one item asked and was answered, beside the columns. */
export interface ItemDetail {
	readonly asked: Readonly<Record<string, unknown>>;
	readonly answered: Readonly<Record<string, unknown>>;
}

async function unpack(id: string): Promise<Uint8Array> {
	const text = atob(document.getElementById(id)?.textContent ?? "");
	const packed = new Uint8Array(text.length);
	for (let i = 0; i < text.length; i++) packed[i] = text.charCodeAt(i);
	const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
	return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function unpackText(id: string): Promise<string> {
	return new TextDecoder().decode(await unpack(id));
}

export async function readScene(): Promise<Scene> {
	const [head, columns] = await Promise.all([unpackText("scene-head"), unpack("scene-columns")]);
	const parsed = JSON.parse(head) as SceneHead;
	const items = decodeItems(columns, parsed.itemCount, parsed.lanes);
	const laneFirsts = Float64Array.from(parsed.lanes, ({ first }) => first);
	return { head: parsed, items, inDoubt: findInDoubt(items), laneFirsts };
}

function findInDoubt({ flags, start }: Items): Uint32Array {
	const found: number[] = [];
	for (let i = 0; i < flags.length; i++) if (((flags[i] ?? 0) & (flagLost | flagOpen)) !== 0) found.push(i);
	return Uint32Array.from(found.sort((a, b) => (start[a] ?? 0) - (start[b] ?? 0)));
}

const chunksKept = 8;
const chunks = new Map<number, Promise<readonly string[]>>();

/** Takes a chunk of details apart when it is needed, and keeps the latest few. */
function chunkLines(chunk: number): Promise<readonly string[]> {
	const known = chunks.get(chunk);
	if (known !== undefined) return known;
	const lines = unpackText(`scene-detail-${chunk}`).then((text) => text.split("\n"));
	chunks.set(chunk, lines);
	const oldest = chunks.keys().next().value;
	if (chunks.size > chunksKept && oldest !== undefined) chunks.delete(oldest);
	return lines;
}

export async function readDetail(item: number): Promise<ItemDetail> {
	const lines = await chunkLines(Math.floor(item / chunkItems));
	const [asked = "", answered = ""] = (lines[item % chunkItems] ?? "").split("\t");
	const parse = (text: string) => (text === "" ? {} : (JSON.parse(text) as Record<string, unknown>));
	return { asked: parse(asked), answered: parse(answered) };
}
