import { tellItem } from "./detail-panel.js";
import { mustFind } from "./dom.js";
import { formatCount } from "./format.js";
import { hitLanes } from "./hit.js";
import { overviewScale } from "./overview.js";
import type { Pictures } from "./pictures.js";
import { axisHeight } from "./servers-picture.js";
import type { PageState } from "./state.js";
import { clampView, panView, timeAt, zoomView } from "./view.js";

interface Point {
	readonly x: number;
	readonly y: number;
}

/** Mouse, pen and fingers: drag to move, wheel with Ctrl or two fingers to zoom, click for details. */
export function followPointer(state: PageState, pictures: Pictures): void {
	for (const surface of [pictures.scroller, pictures.servers]) {
		followDrag(state, pictures, surface);
		surface.addEventListener("wheel", (event) => turnWheel(state, pictures, event), { passive: false });
	}
	pictures.scroller.addEventListener("scroll", () => pictures.draw());
	followOverview(state, pictures);
	followHover(state, pictures);
}

function pointIn(element: Element, event: MouseEvent): Point {
	const box = element.getBoundingClientRect();
	return { x: event.clientX - box.left, y: event.clientY - box.top };
}

function turnWheel(state: PageState, pictures: Pictures, event: WheelEvent): void {
	const { durationUs } = state.scene.head;
	const { scale } = pictures.frame();
	if (event.ctrlKey || event.metaKey || event.altKey) {
		const { x } = pointIn(pictures.scroller, event);
		state.view = zoomView(state.view, 1.0025 ** event.deltaY, timeAt(scale, x), durationUs);
	} else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
		state.view = panView(state.view, (event.deltaX || event.deltaY) / scale.width, durationUs);
	} else return;
	event.preventDefault();
	state.changed();
}

/** Pixels that a pointer may tremble without being a drag. */
const trembleMax = 4;

function followDrag(state: PageState, pictures: Pictures, surface: HTMLElement): void {
	const down = new Map<number, Point>();
	let moved = 0;
	surface.addEventListener("pointerdown", (event) => {
		const { pointerId, clientX: x, clientY: y } = event;
		down.set(pointerId, { x, y });
		if (down.size === 1) moved = 0;
	});
	surface.addEventListener("pointermove", (event) => {
		const { pointerId, clientX: x, clientY: y } = event;
		const before = down.get(pointerId);
		if (before === undefined) return;
		const others = [...down].filter(([id]) => id !== pointerId).map(([, point]) => point);
		down.set(pointerId, { x, y });
		moved += Math.abs(x - before.x);
		if (moved > trembleMax) surface.setPointerCapture(pointerId);
		drag(state, pictures, before, { x, y }, others[0]);
	});
	for (const end of ["pointerup", "pointercancel", "lostpointercapture"] as const)
		surface.addEventListener(end, (event) => down.delete(event.pointerId));
	surface.addEventListener("click", (event) => {
		if (moved <= trembleMax) selectAt(state, pictures, event);
	});
}

function drag(state: PageState, pictures: Pictures, from: Point, to: Point, other: Point | undefined): void {
	const { durationUs } = state.scene.head;
	const { scale } = pictures.frame();
	if (other === undefined) state.view = panView(state.view, (from.x - to.x) / scale.width, durationUs);
	else {
		const apart = (point: Point) => Math.max(20, Math.abs(point.x - other.x));
		const middle = (to.x + other.x) / 2 - pictures.scroller.getBoundingClientRect().left;
		state.view = zoomView(state.view, apart(from) / apart(to), timeAt(scale, middle), durationUs);
	}
	state.changed();
}

function selectAt(state: PageState, pictures: Pictures, event: MouseEvent): void {
	const { x, y } = pointIn(pictures.scroller, event);
	const hit = hitLanes(state, pictures.frame(), x, y);
	if (hit.type === "item") state.selected = hit.item;
	else if (hit.type === "many") {
		const { scale } = pictures.frame();
		state.view = zoomView(state.view, 0.25, timeAt(scale, x), state.scene.head.durationUs);
	}
	state.changed();
}

function followOverview(state: PageState, pictures: Pictures): void {
	let held = false;
	const go = (event: PointerEvent): void => {
		const { x } = pointIn(pictures.overview, event);
		const atUs = timeAt(overviewScale(state, pictures.overview.clientWidth), x);
		const half = (state.view.toUs - state.view.fromUs) / 2;
		state.view = clampView({ fromUs: atUs - half, toUs: atUs + half }, state.scene.head.durationUs);
		state.changed();
	};
	pictures.overview.addEventListener("pointerdown", (event) => {
		held = true;
		pictures.overview.setPointerCapture(event.pointerId);
		go(event);
	});
	pictures.overview.addEventListener("pointermove", (event) => {
		if (held) go(event);
	});
	for (const end of ["pointerup", "pointercancel"] as const)
		pictures.overview.addEventListener(end, () => {
			held = false;
		});
}

function followHover(state: PageState, pictures: Pictures): void {
	const tip = mustFind<HTMLElement>("#tooltip");
	const hide = (): void => {
		tip.hidden = true;
	};
	pictures.scroller.addEventListener("pointermove", (event) => {
		if (event.pointerType === "touch") return;
		const { x, y } = pointIn(pictures.scroller, event);
		const hit = hitLanes(state, pictures.frame(), x, y);
		if (hit.type === "nothing" || event.buttons !== 0) return hide();
		if (hit.type === "item") void tellItem(tip, state.scene, hit.item).then(() => putTip(tip, event));
		else {
			tip.dataset.item = "";
			tip.replaceChildren(`${formatCount(hit.count)} calls here: zoom in, or click`);
		}
		tip.hidden = false;
		putTip(tip, event);
	});
	pictures.servers.addEventListener("pointermove", (event) => {
		const text = faultTextAt(state, pictures, pointIn(pictures.servers, event));
		if (text === "") return hide();
		tip.dataset.item = "";
		tip.replaceChildren(text);
		tip.hidden = false;
		putTip(tip, event);
	});
	for (const surface of [pictures.scroller, pictures.servers]) surface.addEventListener("pointerleave", hide);
}

/** What was done to a server, and what is broken there, where the pointer is. */
function faultTextAt({ scene }: PageState, pictures: Pictures, { x, y }: Point): string {
	const { scale } = pictures.frame();
	const server = Math.floor((y - axisHeight) / 20);
	const [fromUs, toUs] = [timeAt(scale, x - 4), timeAt(scale, x + 4)];
	const faults = scene.head.faults.filter(
		({ atUs, servers }) => atUs >= fromUs && atUs <= toUs && (servers.length === 0 || servers.includes(server)),
	);
	const bands = scene.head.bands.filter((band) => band.server === server && band.fromUs <= toUs && band.toUs >= fromUs);
	return [...new Set([...faults, ...bands].map(({ text }) => text))].join("; ");
}

function putTip(tip: HTMLElement, { clientX, clientY }: PointerEvent): void {
	const { offsetWidth, offsetHeight } = tip;
	const left = clientX + 14 + offsetWidth > window.innerWidth ? clientX - 14 - offsetWidth : clientX + 14;
	const top = clientY + 14 + offsetHeight > window.innerHeight ? clientY - 10 - offsetHeight : clientY + 14;
	tip.style.left = `${Math.max(4, left)}px`;
	tip.style.top = `${Math.max(4, top)}px`;
}
