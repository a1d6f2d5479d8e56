import { tellItem } from "./detail-panel.js";
import { htmlElement, mustFind } from "./dom.js";
import { drawFindings } from "./findings-panel.js";
import { formatCount } from "./format.js";
import { followKeys } from "./keys.js";
import { makePictures } from "./pictures.js";
import { followPointer } from "./pointer.js";
import { readScene, type Scene } from "./scene-in-page.js";
import { laneOfItem } from "./search.js";
import { initialState, type PageState } from "./state.js";
import { drawToolbar, followToolbar } from "./toolbar.js";

const outcomeWords = { ok: "kept", violated: "violated", unknown: "undecided" } as const;

function drawHead({ head }: Scene): void {
	const outcome = mustFind<HTMLElement>("#outcome");
	outcome.textContent = outcomeWords[head.outcome];
	outcome.className = head.outcome;
	mustFind<HTMLElement>("#title").textContent = head.title;
	const left: readonly (readonly [string, string])[] =
		head.leftOut === 0 ? [] : [["not shown", `${formatCount(head.leftOut)} calls and events far from the findings`]];
	const facts = [...head.facts, ["calls and events", formatCount(head.itemCount)] as const, ...left].map(
		([label, value]) => htmlElement("div", {}, htmlElement("dt", {}, label), htmlElement("dd", {}, value)),
	);
	mustFind<HTMLElement>("#facts").replaceChildren(...facts);
}

/** Redraws once a frame, however often the state changes. */
function watchState(state: PageState): void {
	const pictures = makePictures(state);
	const selectedPanel = mustFind<HTMLElement>("#selected");
	let told = { finding: Number.NaN, selected: Number.NaN, focus: state.focus };
	let waiting = false;
	const draw = (): void => {
		waiting = false;
		if (told.finding !== state.finding) mustFind<HTMLElement>("#findings").replaceChildren(...drawFindings(state));
		pictures.draw();
		if (state.selected >= 0 && (told.selected !== state.selected || told.focus !== state.focus))
			pictures.reveal(laneOfItem(state.scene.laneFirsts, state.selected));
		if (state.selected >= 0 && told.selected !== state.selected)
			void tellItem(selectedPanel, state.scene, state.selected);
		told = { finding: state.finding, selected: state.selected, focus: state.focus };
		drawToolbar(state);
	};
	state.changed = () => {
		if (!waiting) requestAnimationFrame(draw);
		waiting = true;
	};
	new ResizeObserver(() => state.changed()).observe(pictures.scroller);
	followPointer(state, pictures);
	followToolbar(state);
	followKeys(state);
	draw();
}

async function open(): Promise<void> {
	const scene = await readScene();
	drawHead(scene);
	watchState(initialState(scene));
	document.body.dataset.ready = String(Math.round(performance.now()));
}

await open().catch((error: unknown) => {
	mustFind<HTMLElement>("#title").textContent = `This page can not be shown: ${String(error)}`;
	throw error;
});
