import { mustFind } from "./dom.js";
import { connectionsByLane, drawLanes, type LanesFrame } from "./lanes-picture.js";
import { heightOf, type LaneShape, laneShapes, type PlacedLane, placeLanes } from "./layout.js";
import { drawMarks } from "./marks-picture.js";
import { drawOverview, overviewHeight } from "./overview.js";
import { drawServers, type ServerStarts, serverStarts, serversHeight } from "./servers-picture.js";
import { findingOf, type PageState, shownLanes } from "./state.js";
import type { Scale } from "./view.js";

/** The three pictures of a page, above one another, with one time axis. */
export interface Pictures {
	readonly scroller: HTMLElement;
	readonly overview: SVGElement;
	readonly servers: HTMLElement;
	/** Draws everything as the state is now. */
	draw(): void;
	frame(): LanesFrame;
	/** Scrolls so that a lane is seen. */
	reveal(lane: number): void;
}

const gutterWidths = { wide: 196, narrow: 76 } as const;
const narrowBelow = 640;

export function makePictures(state: PageState): Pictures {
	const scroller = mustFind<HTMLElement>("#lanes");
	const spacer = mustFind<HTMLElement>("#spacer");
	const lanes = mustFind<SVGElement>("#lanes-svg");
	const servers = mustFind<SVGElement>("#servers-svg");
	const overview = mustFind<SVGElement>("#overview");
	const stripes = connectionsByLane(state.scene.head.connections);
	let starts: ServerStarts | undefined;
	let placed: readonly PlacedLane[] = [];
	let placedFor = "";
	let shape: LaneShape = laneShapes.many;

	const frame = (): LanesFrame => {
		const width = scroller.clientWidth;
		const left = width < narrowBelow ? gutterWidths.narrow : gutterWidths.wide;
		const scale: Scale = { view: state.view, left, width: width - left, rowHeight: shape.rowHeight };
		return { scale, placed, scrollTop: scroller.scrollTop, height: scroller.clientHeight };
	};
	const place = (): void => {
		const key = `${state.finding} ${state.focus}`;
		if (key === placedFor) return;
		placedFor = key;
		shape = state.focus && findingOf(state) !== undefined ? laneShapes.few : laneShapes.many;
		placed = placeLanes(state.scene.head.lanes, shownLanes(state), shape);
		spacer.style.height = `${heightOf(placed)}px`;
	};
	const draw = (): void => {
		place();
		const now = frame();
		for (const svg of [lanes, servers]) svg.setAttribute("width", String(now.scale.left + now.scale.width));
		lanes.setAttribute("height", String(now.height));
		lanes.replaceChildren(...drawLanes(state, now, stripes), ...drawMarks(state, now));
		servers.setAttribute("height", String(serversHeight(state.scene)));
		servers.replaceChildren(...drawServers(state.scene, now.scale, starts));
		overview.setAttribute("height", String(overviewHeight));
		overview.replaceChildren(...drawOverview(state, overview.clientWidth, starts));
	};
	// Sorting a million times is left for when the first picture stands.
	setTimeout(() => {
		starts = serverStarts(state.scene);
		draw();
	}, 30);
	const reveal = (lane: number): void => {
		const found = placed.find((candidate) => candidate.lane === lane);
		if (found === undefined) return;
		const { scrollTop, clientHeight } = scroller;
		if (found.y < scrollTop || found.y + found.height > scrollTop + clientHeight)
			scroller.scrollTop = found.y - clientHeight / 3;
	};
	return { scroller, overview, servers: mustFind<HTMLElement>("#servers"), draw, frame, reveal };
}
