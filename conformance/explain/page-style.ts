/** The style of the page: one for light and dark, for desktops and phones. */
export const pageStyle = `
:root {
	color-scheme: light dark;
	--ground: #ffffff; --panel: #f5f7fa; --line: #d5dbe3; --faint: #e9edf2;
	--text: #17202b; --soft: #55606e; --accent: #1c5fd4;
	--read: #93bcfb; --write: #56c9a0; --other: #c0aef0; --failed: #7d8794; --doubt: #d9820b;
	--event: #b5479b; --found: #d0143f; --match: #0b7bbf; --density: #8fa5bf; --band: #e0551f;
	--s0: #2f7de1; --s1: #1f9d74; --s2: #c7751a; --s3: #9a5bd0; --s4: #c2457f; --s5: #6b7d1c; --s6: #3b8f9e;
	--on-bar: #0c1119;
}
@media (prefers-color-scheme: dark) {
	:root {
		--ground: #10151b; --panel: #171d25; --line: #303a46; --faint: #212932;
		--text: #e7edf4; --soft: #9aa8b8; --accent: #7fb0ff;
		--read: #2f5fae; --write: #1b7a5b; --other: #6b53b8; --failed: #8c97a5; --doubt: #e59a2f;
		--event: #e07cc5; --found: #ff5c7f; --match: #55c3ff; --density: #5e7590; --band: #e8703f;
		--s0: #5b9dff; --s1: #3cc795; --s2: #e6a04f; --s3: #b98af0; --s4: #ee7fae; --s5: #a9bd4e; --s6: #63bfce;
		--on-bar: #ffffff;
	}
}
* { box-sizing: border-box; }
html, body { height: 100%; margin: 0; }
body {
	display: flex; flex-direction: column; background: var(--ground); color: var(--text);
	font: 14px/1.45 system-ui, "Segoe UI", Roboto, sans-serif;
}
button, input { font: inherit; color: inherit; }
button { cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }

header { display: flex; flex-wrap: wrap; gap: 4px 18px; align-items: baseline; padding: 10px 16px; border-bottom: 1px solid var(--line); }
h1 { display: flex; gap: 10px; align-items: center; margin: 0; font-size: 18px; }
#outcome { padding: 1px 10px; border-radius: 11px; color: #fff; font-size: 13px; background: #5b6675; }
#outcome.violated { background: #c4113b; }
#outcome.ok { background: #0e7a58; }
#outcome.unknown { background: #96590a; }
#facts { display: flex; flex-wrap: wrap; gap: 2px 16px; margin: 0; color: var(--soft); font-size: 13px; }
#facts div { display: flex; gap: 5px; }
#facts dd { margin: 0; color: var(--text); overflow-wrap: anywhere; }

main { flex: 1; min-height: 0; display: grid; grid-template-columns: minmax(280px, 380px) 1fr; }
aside { overflow-y: auto; border-right: 1px solid var(--line); background: var(--panel); }
aside section { padding: 12px 14px; border-bottom: 1px solid var(--line); }
h2 { margin: 0 0 8px; font-size: 13px; color: var(--soft); font-weight: 600; }
h3 { margin: 0 0 6px; font-size: 14px; overflow-wrap: anywhere; }
ol.findings { margin: 0; padding: 0; list-style: none; display: grid; gap: 6px; }
ol.findings > li { border: 1px solid var(--line); border-radius: 8px; background: var(--ground); }
ol.findings > li.open { border-color: var(--found); }
button.finding { display: grid; gap: 2px; width: 100%; padding: 8px 10px; border: 0; background: none; text-align: left; border-radius: 8px; }
button.finding strong { color: var(--found); font-size: 13px; overflow-wrap: anywhere; }
.open button.finding { padding-bottom: 2px; }
.promise { margin: 4px 10px 8px; padding-left: 8px; border-left: 3px solid var(--line); color: var(--soft); font-size: 13px; }
ol.lines { margin: 0; padding: 0 6px; list-style: none; counter-reset: line; }
ol.lines li { counter-increment: line; }
ol.lines button { position: relative; width: 100%; padding: 5px 6px 5px 30px; border: 0; border-radius: 6px; background: none; text-align: left; font-size: 12.5px; overflow-wrap: anywhere; }
ol.lines button::before {
	content: counter(line); position: absolute; left: 5px; top: 6px; width: 17px; height: 17px; border-radius: 9px;
	background: var(--found); color: var(--ground); font: 600 11px/17px system-ui, sans-serif; text-align: center;
}
button:hover { background: var(--faint); }
button.quiet { margin: 4px 10px 10px; padding: 2px 8px; border: 1px solid var(--line); border-radius: 6px; background: none; font-size: 12.5px; }
.calm, .reasons { margin: 0; }
#selected dl, #tooltip dl { display: grid; grid-template-columns: auto 1fr; gap: 1px 10px; margin: 0; font-size: 12.5px; }
#selected dt, #tooltip dt { color: var(--soft); }
#selected dd, #tooltip dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }

#picture { display: flex; flex-direction: column; min-width: 0; min-height: 0; }
#toolbar { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; padding: 8px 12px; border-bottom: 1px solid var(--line); }
#toolbar button { min-width: 32px; height: 30px; padding: 0 9px; border: 1px solid var(--line); border-radius: 6px; background: var(--panel); }
#toolbar button:hover { background: var(--faint); }
#toolbar button:disabled { opacity: 0.45; cursor: default; }
#toolbar label { display: flex; gap: 5px; align-items: center; }
#search-form { display: flex; gap: 6px; align-items: center; margin-left: auto; min-width: 0; }
#search { height: 30px; width: 230px; min-width: 90px; padding: 0 8px; border: 1px solid var(--line); border-radius: 6px; background: var(--ground); }
#found { color: var(--soft); font-size: 12.5px; white-space: nowrap; }
svg { display: block; user-select: none; -webkit-user-select: none; }
#overview { width: 100%; border-bottom: 1px solid var(--line); background: var(--panel); touch-action: none; cursor: crosshair; }
#servers { border-bottom: 1px solid var(--line); touch-action: pan-y; cursor: grab; }
#lanes { flex: 1; min-height: 140px; overflow-x: hidden; overflow-y: auto; touch-action: pan-y; cursor: grab; position: relative; }
#lanes-svg { position: sticky; top: 0; }
#spacer { position: absolute; top: 0; left: 0; width: 1px; }
#lanes:active, #servers:active { cursor: grabbing; }
#legend { display: flex; flex-wrap: wrap; gap: 3px 14px; margin: 0; padding: 7px 12px; border-top: 1px solid var(--line); color: var(--soft); font-size: 12px; list-style: none; }
#legend li { display: flex; gap: 5px; align-items: center; }
#legend svg { flex: none; }
kbd { padding: 0 4px; border: 1px solid var(--line); border-radius: 4px; font: 11px ui-monospace, monospace; color: var(--text); }

text { fill: var(--text); font: 12px system-ui, "Segoe UI", Roboto, sans-serif; }
.gutter { fill: var(--ground); }
.lane-line { stroke: var(--faint); fill: none; }
.lane-session, .tick-label { fill: var(--soft); font: 11px ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
.tick-label { text-anchor: middle; }
.tick { stroke: var(--faint); }
.read, .write, .other { stroke: var(--ground); stroke-width: 0.8; }
.read { fill: var(--read); } .write { fill: var(--write); } .other { fill: var(--other); }
.failed { fill: var(--ground); stroke: var(--failed); stroke-width: 1.3; }
.doubt { fill: var(--doubt); fill-opacity: 0.35; stroke: var(--doubt); stroke-dasharray: 3 2; }
.doubtTail { fill: none; stroke: var(--doubt); stroke-width: 1.5; }
.event { fill: var(--event); stroke: var(--ground); stroke-width: 0.7; }
.density { fill: var(--density); }
.bar-label { fill: var(--on-bar); font-size: 10.5px; pointer-events: none; }
.stripe { opacity: 0.75; }
.stripe.refused { opacity: 0.3; } .stripe.expired { opacity: 0.4; }
.server-0 { fill: var(--s0); } .server-1 { fill: var(--s1); } .server-2 { fill: var(--s2); } .server-3 { fill: var(--s3); }
.server-4 { fill: var(--s4); } .server-5 { fill: var(--s5); } .server-6 { fill: var(--s6); }
.load { opacity: 0.55; }
.band { fill: var(--band); fill-opacity: 0.28; stroke: var(--band); stroke-opacity: 0.6; }
.band-label { font-size: 11px; }
.fault { stroke: var(--band); stroke-width: 1.6; fill: none; }
.phase { stroke: var(--soft); stroke-dasharray: 4 3; fill: none; }
.phase-label { fill: var(--soft); font-size: 11px; text-anchor: end; paint-order: stroke; stroke: var(--ground); stroke-width: 3px; }
.found { fill: none; stroke: var(--found); stroke-width: 2.2; }
.thread { fill: none; stroke: var(--found); stroke-width: 1.6; stroke-dasharray: 1 4; stroke-linecap: round; }
.badge circle { fill: var(--found); stroke: var(--ground); stroke-width: 1.5; }
.badge text { fill: var(--ground); font-size: 11px; font-weight: 600; text-anchor: middle; }
.selected { fill: none; stroke: var(--text); stroke-width: 1.6; }
.match { fill: var(--match); }
.outside { fill: var(--ground); fill-opacity: 0.6; }
.window { fill: none; stroke: var(--accent); stroke-width: 1.6; }
.overview-doubt { stroke: var(--doubt); } .overview-found { stroke: var(--found); stroke-width: 2.4; }

#tooltip { position: fixed; z-index: 9; max-width: min(440px, 92vw); padding: 8px 11px; border: 1px solid var(--line); border-radius: 8px; background: var(--panel); box-shadow: 0 4px 18px #0004; font-size: 12.5px; pointer-events: none; }

@media (max-width: 760px) {
	body { height: auto; }
	main { display: flex; flex-direction: column; }
	header { padding: 10px 12px; }
	aside { border-right: 0; max-height: none; overflow: visible; display: contents; }
	aside section { background: var(--panel); }
	#findings-part { order: 1; } #picture { order: 2; height: 82vh; border-bottom: 1px solid var(--line); } #selected-part { order: 3; }
	ol.findings { max-height: 46vh; overflow-y: auto; }
	#search-form { margin-left: 0; flex: 1 1 100%; } #search { flex: 1; width: auto; }
	#legend .keys { display: none; }
}
`;
