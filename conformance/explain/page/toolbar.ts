import { mustFind } from "./dom.js";
import { formatCount } from "./format.js";
import { showAll, stepFinding, zoom } from "./keys.js";
import { findItems, parseQuery } from "./search.js";
import { findingOf, type PageState, showItem } from "./state.js";

/** The buttons above the picture, and the search. */
export function followToolbar(state: PageState): void {
	const on = (id: string, act: () => void): void =>
		mustFind<HTMLButtonElement>(id).addEventListener("click", () => {
			act();
			state.changed();
		});
	on("#zoom-in", () => zoom(state, 0.5));
	on("#zoom-out", () => zoom(state, 2));
	on("#show-all", () => showAll(state));
	on("#next-finding", () => stepFinding(state, 1));
	on("#previous-finding", () => stepFinding(state, -1));
	on("#next-match", () => stepMatch(state, 1));
	on("#previous-match", () => stepMatch(state, -1));
	const focus = mustFind<HTMLInputElement>("#focus");
	focus.addEventListener("change", () => {
		state.focus = focus.checked;
		state.changed();
	});
	followSearch(state);
}

function followSearch(state: PageState): void {
	const field = mustFind<HTMLInputElement>("#search");
	const form = mustFind<HTMLFormElement>("#search-form");
	let searched = "";
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		if (field.value === searched) stepMatch(state, 1);
		else {
			searched = field.value;
			state.matches = findItems(state.scene.head, state.scene.items, parseQuery(field.value));
			state.match = -1;
			stepMatch(state, 1);
		}
		state.changed();
	});
}

/** Goes to a match; sessions beside the finding's are shown for it. */
function stepMatch(state: PageState, step: number): void {
	const count = state.matches.length;
	if (count === 0) return;
	state.match = (Math.max(state.match, step > 0 ? -1 : 0) + step + count) % count;
	state.focus = false;
	showItem(state, state.matches[state.match] ?? 0);
}

/** Shows in the toolbar what the state is. */
export function drawToolbar(state: PageState): void {
	const findings = state.scene.head.findings.length;
	const focus = mustFind<HTMLInputElement>("#focus");
	focus.checked = state.focus;
	focus.disabled = findingOf(state) === undefined;
	for (const id of ["#next-finding", "#previous-finding"]) mustFind<HTMLButtonElement>(id).disabled = findings < 2;
	const found = state.matches.length;
	for (const id of ["#next-match", "#previous-match"]) mustFind<HTMLButtonElement>(id).disabled = found === 0;
	const field = mustFind<HTMLInputElement>("#search");
	const told = found > 0 ? `${formatCount(state.match + 1)} of ${formatCount(found)}` : "nothing found";
	mustFind<HTMLElement>("#found").textContent = field.value.trim() === "" ? "" : told;
}
