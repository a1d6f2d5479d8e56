/** The style of the page: one for light and dark, for desktops and phones. */
export const pageStyle = `
:root {
	color-scheme: light dark;
	--ground: #ffffff; --panel: #f5f7fa; --line: #d5dbe3; --faint: #e9edf2;
	--text: #17202b; --soft: #55606e; --accent: #1c5fd4; --wrong: #b3123a;
	--s0: #1f6fd6; --s1: #14875f; --s2: #c96a12; --s3: #8a4cc7; --s4: #bb3a74; --s5: #66761a; --s6: #2a8291;
	--plot-background: var(--ground);
}
@media (prefers-color-scheme: dark) {
	:root {
		--ground: #10151b; --panel: #171d25; --line: #303a46; --faint: #212932;
		--text: #e7edf4; --soft: #9aa8b8; --accent: #7fb0ff; --wrong: #ff6d8c;
		--s0: #5b9dff; --s1: #3cc795; --s2: #e6a04f; --s3: #b98af0; --s4: #ee7fae; --s5: #a9bd4e; --s6: #63bfce;
	}
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 14px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; }
header, main { max-width: 1240px; margin: 0 auto; padding: 16px 24px; }
header { border-bottom: 1px solid var(--line); }
h1 { margin: 0 0 8px; font-size: 24px; }
h2 { margin: 28px 0 6px; font-size: 18px; }
h3 { margin: 18px 0 4px; font-size: 15px; }
dl { display: flex; flex-wrap: wrap; gap: 2px 22px; margin: 0; font-size: 13px; }
dl div { display: flex; gap: 6px; min-width: 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.note { max-width: 90ch; margin: 6px 0; color: var(--soft); font-size: 13px; }
.void { margin: 16px 0; padding: 4px 16px 10px; border: 1px solid var(--wrong); border-radius: 8px; }
.void h2 { margin-top: 8px; color: var(--wrong); }
.void li { overflow-wrap: anywhere; }
.wide { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; }
table { border-collapse: collapse; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 10px; border-bottom: 1px solid var(--faint); text-align: left; white-space: nowrap; vertical-align: top; }
th { background: var(--panel); color: var(--soft); font-weight: 600; }
tbody tr:last-child td { border-bottom: 0; }
.number { text-align: right; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.chart { margin: 0 0 26px; }
.chart > div { min-width: 0; }
.chart figure { margin: 0; max-width: none; }
.chart svg { display: block; max-width: none; }
.chart select { max-width: 100%; margin: 4px 0; padding: 4px 8px; border: 1px solid var(--line); border-radius: 6px; background: var(--panel); color: inherit; font: inherit; }
.chart [class$="-swatches"] { flex-wrap: wrap; min-height: 0; margin: 4px 0; }
.events { columns: 320px; margin: 6px 0; padding-left: 28px; color: var(--soft); font-size: 13px; }
@media (max-width: 700px) { header, main { padding: 12px; } }
`;
