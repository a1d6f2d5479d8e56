import { lanesByClient } from "./layout.js";
import type { SceneFinding } from "./scene.js";
import type { Scene } from "./scene-in-page.js";
import { fitView, type View, wholeView } from "./view.js";

/** What the reader looks at. Whoever changes it calls `changed`. */
export interface PageState {
	readonly scene: Scene;
	view: View;
	/** Index of the finding that is told; -1: none. */
	finding: number;
	/** Whether only the lanes of the finding are shown. */
	focus: boolean;
	/** The item whose details are told; -1: none. */
	selected: number;
	/** Items that the search found, by time. */
	matches: Uint32Array;
	match: number;
	changed: () => void;
}

export function initialState(scene: Scene): PageState {
	const state: PageState = {
		scene,
		view: wholeView(scene.head.durationUs),
		finding: -1,
		focus: false,
		selected: -1,
		matches: new Uint32Array(),
		match: -1,
		changed: () => undefined,
	};
	if (scene.head.findings.length > 0) openFinding(state, 0);
	return state;
}

export function findingOf({ scene, finding }: PageState): SceneFinding | undefined {
	return scene.head.findings[finding];
}

/** Shows a finding: its lines, its sessions, its time. */
export function openFinding(state: PageState, number: number): void {
	state.finding = number;
	const lines = findingOf(state)?.lines ?? [];
	state.focus = lines.some((line) => line.lane >= 0);
	state.selected = lines.find((line) => line.item >= 0)?.item ?? -1;
	fitFinding(state);
}

export function fitFinding(state: PageState): void {
	const lines = findingOf(state)?.lines ?? [];
	if (lines.length === 0) return;
	const fromUs = Math.min(...lines.map((line) => line.fromUs));
	const toUs = Math.max(...lines.map((line) => line.toUs));
	state.view = fitView(fromUs, toUs, state.scene.head.durationUs);
}

/** Lanes to show, from above to below. */
export function shownLanes(state: PageState): readonly number[] {
	const finding = findingOf(state);
	const wanted = finding?.lines.map(({ lane }) => lane).filter((lane) => lane >= 0) ?? [];
	if (state.focus && wanted.length > 0) return [...new Set(wanted)];
	return lanesByClient(state.scene.head.lanes);
}

/** Brings an item into view; the zoom stays as long as the item is not narrower than a hair. */
export function showItem(state: PageState, item: number): void {
	const { start, end } = state.scene.items;
	const fromUs = start[item] ?? 0;
	const toUs = end[item] ?? fromUs;
	const span = state.view.toUs - state.view.fromUs;
	state.selected = item;
	if (fromUs >= state.view.fromUs && toUs <= state.view.toUs && (toUs - fromUs) * 400 > span) return;
	const half = Math.max(Math.min(span, (toUs - fromUs) * 40 + 2000), toUs - fromUs) / 2;
	const middle = (fromUs + toUs) / 2;
	state.view = fitView(middle - half, middle + half, state.scene.head.durationUs);
}
