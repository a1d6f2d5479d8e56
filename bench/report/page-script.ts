import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Chart } from "./page/chart.js";

/**
 * What a page needs in order to draw: Observable Plot and the d3 under it as their makers publish them for browsers, the
 * pictures as data, and the script that puts the one into the other.
 */
export function pageScripts(charts: readonly Chart[]): string {
	const plotMain = createRequire(import.meta.url).resolve("@observablehq/plot");
	const d3Main = createRequire(plotMain).resolve("d3");
	const plotFolder = path.dirname(path.dirname(plotMain));
	const d3Folder = path.dirname(path.dirname(d3Main));
	const own = readFileSync(fileURLToPath(new URL("page/main.js", import.meta.url)), "utf8");
	return [
		// Nothing in it can end the element, whatever a server or a branch is called.
		`<script type="application/json" id="charts-data">${JSON.stringify(charts).replaceAll("<", "\\u003c")}</script>`,
		library(d3Folder, "d3.min.js"),
		library(plotFolder, "plot.umd.min.js"),
		`<script type="module">${own.replace(/^\/\/# sourceMappingURL=.*$/gm, "")}</script>`,
	].join("\n");
}

/** With its licence, which has to go wherever the library goes. */
function library(folder: string, file: string): string {
	const licence = readFileSync(path.join(folder, "LICENSE"), "utf8").replaceAll("*/", "* /");
	const script = readFileSync(path.join(folder, "dist", file), "utf8");
	return `<script>/*!\n${licence}*/\n${script.replaceAll("</script", "<\\/script")}</script>`;
}
