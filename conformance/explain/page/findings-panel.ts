import { htmlElement } from "./dom.js";
import type { SceneFinding } from "./scene.js";
import { fitFinding, openFinding, type PageState, showItem } from "./state.js";

/** The list of findings, the open one with its lines; it is made anew when another is opened. */
export function drawFindings(state: PageState): readonly HTMLElement[] {
	const { findings, outcome, reasons } = state.scene.head;
	if (findings.length === 0) {
		const text =
			outcome === "ok" ? "Every rule is kept." : "Nothing wrong was found, but not everything could be decided:";
		const list = htmlElement("ul", { class: "reasons" }, ...reasons.map((reason) => htmlElement("li", {}, reason)));
		return [htmlElement("p", { class: "calm" }, text), list];
	}
	const items = findings.map((finding, number) => drawFindingEntry(state, finding, number));
	return [htmlElement("ol", { class: "findings" }, ...items)];
}

function drawFindingEntry(state: PageState, finding: SceneFinding, number: number): HTMLElement {
	const isOpen = state.finding === number;
	const label = `${finding.clause}`;
	const button = htmlElement(
		"button",
		{ type: "button", class: "finding", "aria-expanded": String(isOpen) },
		htmlElement("strong", {}, label),
		htmlElement("span", {}, finding.text),
	);
	button.addEventListener("click", () => {
		openFinding(state, number);
		state.changed();
	});
	const entry = htmlElement("li", isOpen ? { class: "open" } : {}, button);
	if (isOpen) entry.append(...drawOpenFinding(state, finding));
	return entry;
}

function drawOpenFinding(state: PageState, finding: SceneFinding): HTMLElement[] {
	const lines = finding.lines.map((line, i) => {
		const button = htmlElement("button", { type: "button", "data-line": i }, line.text);
		button.addEventListener("click", () => {
			if (line.item >= 0) showItem(state, line.item);
			state.changed();
		});
		return htmlElement("li", {}, button);
	});
	const all = htmlElement("button", { type: "button", class: "quiet" }, "Show all of it");
	all.addEventListener("click", () => {
		fitFinding(state);
		state.changed();
	});
	const promise = finding.promise === "" ? [] : [htmlElement("p", { class: "promise" }, finding.promise)];
	return [...promise, htmlElement("ol", { class: "lines" }, ...lines), all];
}
