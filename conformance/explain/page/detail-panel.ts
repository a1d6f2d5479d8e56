import { htmlElement } from "./dom.js";
import { formatDuration, formatTime, formatZxid } from "./format.js";
import { flagLost, flagOpen, statFields } from "./scene.js";
import { type ItemDetail, readDetail, type Scene } from "./scene-in-page.js";
import { laneOfItem } from "./search.js";

type Field = readonly [name: string, value: string];

/** Everything that is known of an item, as names and values. */
async function fieldsOf(scene: Scene, item: number): Promise<readonly Field[]> {
	return [...columnFields(scene, item), ...detailFields(await readDetail(item))];
}

function titleOf({ head, items }: Scene, item: number): string {
	const kind = head.kinds[items.kind[item] ?? 0];
	const prefix = kind?.look === "event" ? "event " : "";
	return `${prefix}${kind?.name ?? ""} ${head.paths[items.path[item] ?? 0] ?? ""}`.trim();
}

function columnFields(scene: Scene, item: number): Field[] {
	const { head, items } = scene;
	const lane = head.lanes[laneOfItem(scene.laneFirsts, item)];
	const connection = items.connection[item] ?? 0;
	const server = head.serverByConnection[connection] ?? -1;
	const isEvent = head.kinds[items.kind[item] ?? 0]?.look === "event";
	const start = items.start[item] ?? 0;
	const zxid = items.zxid[item] ?? 0;
	return [
		["time", formatTime(start)],
		...(isEvent ? [] : [["answer", answerOf(scene, item)] as const]),
		...(zxid === 0 ? [] : [["zxid", formatZxid(zxid)] as const]),
		["session", lane?.session || "none"],
		["client", String(lane?.client ?? "")],
		["server", `${server + 1} (${head.servers[server] ?? "unknown"}), connection ${connection}`],
		["records", recordsOf(scene, item)],
	];
}

function answerOf({ head, items }: Scene, item: number): string {
	const flags = items.flags[item] ?? 0;
	const took = formatDuration((items.end[item] ?? 0) - (items.start[item] ?? 0));
	if ((flags & flagLost) !== 0) return `in doubt: no reply came, given up after ${took}`;
	if ((flags & flagOpen) !== 0) return "in doubt: the history ends before the reply";
	const err = items.err[item] ?? 0;
	return `${err === 0 ? "done" : `${head.errorNames[err] ?? "error"} (${err})`} after ${took}`;
}

function recordsOf({ items }: Scene, item: number): string {
	const reply = items.reply[item] ?? 0;
	return `#${items.record[item]}${reply === 0 ? "" : `, #${reply}`}`;
}

function detailFields({ asked, answered }: ItemDetail): Field[] {
	return [
		...Object.entries(asked).flatMap(([name, value]) => fieldsFrom(name, value)),
		...Object.entries(answered).flatMap(([name, value]) => fieldsFrom(`→ ${name}`, value)),
	];
}

function fieldsFrom(name: string, value: unknown): Field[] {
	if (name === "relativeZxid" && typeof value === "number") return [[name, formatZxid(value)]];
	if (name.endsWith("stat") && Array.isArray(value)) return [[name, statText(value)]];
	if (name === "operations" && Array.isArray(value)) return value.map((part, i) => [`${i + 1}.`, plainText(part)]);
	if (name === "→ results" && Array.isArray(value)) return value.map((part, i) => [`→ ${i + 1}.`, plainText(part)]);
	return [[name, plainText(value)]];
}

function statText(values: readonly unknown[]): string {
	return statFields
		.map((name, i) => {
			const value = values[i];
			return `${name} ${name.endsWith("zxid") && typeof value === "number" ? formatZxid(value) : String(value)}`;
		})
		.join(", ");
}

function plainText(value: unknown): string {
	if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(plainText).join(", ");
	if (typeof value !== "object" || value === null) return typeof value === "string" ? value : String(value);
	return Object.entries(value)
		.map(([name, part]) => (name === "stat" && Array.isArray(part) ? statText(part) : wordText(name, part)))
		.join(" ");
}

function wordText(name: string, value: unknown): string {
	return name === "op" || name === "path" ? String(value) : `${name} ${plainText(value)}`;
}

/** Fills an element with an item's details; the newest call wins when several are under way. */
export async function tellItem(where: HTMLElement, scene: Scene, item: number): Promise<void> {
	where.dataset.item = String(item);
	const fields = await fieldsOf(scene, item);
	if (where.dataset.item !== String(item)) return;
	const rows = fields.flatMap(([name, value]) => [htmlElement("dt", {}, name), htmlElement("dd", {}, value)]);
	where.replaceChildren(htmlElement("h3", {}, titleOf(scene, item)), htmlElement("dl", {}, ...rows));
}
