const sample = (look: string, d: string) =>
	`<svg width="22" height="12" aria-hidden="true"><path class="${look}" d="${d}"/></svg>`;

const legend = [
	["write", "M1 1h19v10h-19z", "write"],
	["read", "M1 3.5h19v5h-19z", "read"],
	["other", "M1 2h19v8h-19z", "other call"],
	["failed", "M1 1.5h19v9h-19z", "answered with an error"],
	["doubt", "M1 1.5h19v9h-19z", "in doubt: no reply"],
	["event", "M11 1l4 5l-4 5l-4 -5z", "watch event"],
	["band", "M1 1h19v10h-19z", "server broken"],
	["match", "M7 3h8l-4 7z", "found by the search"],
] as const;

const keys = [
	["← →", "move"],
	["+ −", "zoom (also Ctrl and wheel)"],
	["0", "whole history"],
	["n p", "next, previous finding"],
	[", .", "previous, next call of the session"],
	["s", "only the finding's sessions"],
] as const;

const legendItems = legend.map(([look, d, text]) => `<li>${sample(look, d)}${text}</li>`).join("");
const keyItems = keys.map(([key, text]) => `<li class="keys"><kbd>${key}</kbd>${text}</li>`).join("");

/** What stands in a page before its script fills it. */
export const pageBody = `
<header><h1><span id="outcome"></span><span id="title">…</span></h1><dl id="facts"></dl></header>
<main>
<aside>
<section id="findings-part" aria-labelledby="findings-title"><h2 id="findings-title">What was found</h2><div id="findings"></div></section>
<section id="selected-part" aria-labelledby="selected-title"><h2 id="selected-title">Selected call</h2>
<div id="selected" aria-live="polite">Click a bar, or press <kbd>.</kbd></div></section>
</aside>
<section id="picture" aria-label="Timeline">
<div id="toolbar">
<button type="button" id="zoom-in" aria-label="Zoom in">+</button>
<button type="button" id="zoom-out" aria-label="Zoom out">−</button>
<button type="button" id="show-all">Whole history</button>
<button type="button" id="previous-finding" aria-label="Previous finding">‹</button>
<button type="button" id="next-finding" aria-label="Next finding">Next finding ›</button>
<label><input type="checkbox" id="focus"> only its sessions</label>
<form id="search-form" role="search"><label class="hidden" for="search">Search</label>
<input id="search" type="search" placeholder="path, 0xzxid, 0xsession, #record" autocomplete="off" spellcheck="false">
<button type="button" id="previous-match" aria-label="Previous match">‹</button>
<button type="button" id="next-match" aria-label="Next match">›</button><output id="found" for="search"></output></form>
</div>
<svg id="overview" role="img" aria-label="The whole history, with the part that is shown below"></svg>
<div id="servers"><svg id="servers-svg" role="img" aria-label="Servers: their load, and when they were broken"></svg></div>
<div id="lanes" tabindex="0" role="group" aria-label="Sessions with their calls; keys are told below">
<div id="spacer"></div><svg id="lanes-svg" aria-hidden="true"></svg></div>
<ul id="legend">${legendItems}${keyItems}</ul>
</section>
</main>
<div id="tooltip" role="tooltip" hidden></div>
<noscript>This page draws itself with JavaScript.</noscript>`;
