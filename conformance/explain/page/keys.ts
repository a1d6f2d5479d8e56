import { laneOfItem } from "./search.js";
import { openFinding, type PageState, showItem } from "./state.js";
import { panView, wholeView, zoomView } from "./view.js";

/** What a key does in the picture; keys that are not here keep their meaning. */
const actions: Readonly<Record<string, (state: PageState) => void>> = {
	ArrowLeft: (state) => pan(state, -0.15),
	ArrowRight: (state) => pan(state, 0.15),
	"+": (state) => zoom(state, 0.6),
	"=": (state) => zoom(state, 0.6),
	"-": (state) => zoom(state, 1 / 0.6),
	"0": showAll,
	Home: (state) => pan(state, Number.NEGATIVE_INFINITY),
	End: (state) => pan(state, Number.POSITIVE_INFINITY),
	n: (state) => stepFinding(state, 1),
	p: (state) => stepFinding(state, -1),
	".": (state) => stepItem(state, 1),
	",": (state) => stepItem(state, -1),
	s: (state) => {
		state.focus = !state.focus;
	},
};

export function zoom(state: PageState, factor: number): void {
	const { fromUs, toUs } = state.view;
	state.view = zoomView(state.view, factor, (fromUs + toUs) / 2, state.scene.head.durationUs);
}

export function showAll(state: PageState): void {
	state.view = wholeView(state.scene.head.durationUs);
}

function pan(state: PageState, share: number): void {
	const span = state.view.toUs - state.view.fromUs;
	const most = (state.scene.head.durationUs * 2) / span;
	state.view = panView(state.view, Math.min(Math.max(share, -most), most), state.scene.head.durationUs);
}

export function stepFinding(state: PageState, step: number): void {
	const count = state.scene.head.findings.length;
	if (count > 0) openFinding(state, (state.finding + step + count) % count);
}

/** The next or the previous item of the same lane. */
function stepItem(state: PageState, step: number): void {
	const lane = state.scene.head.lanes[laneOfItem(state.scene.laneFirsts, Math.max(0, state.selected))];
	const next = state.selected + step;
	if (lane !== undefined && next >= lane.first && next < lane.first + lane.count) showItem(state, next);
}

/** Keys work wherever the focus is but in a field where people type. */
export function followKeys(state: PageState): void {
	document.addEventListener("keydown", (event) => {
		if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLInputElement) return;
		const action = actions[event.key];
		if (action === undefined) return;
		event.preventDefault();
		action(state);
		state.changed();
	});
}
