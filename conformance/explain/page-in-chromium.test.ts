import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { judge } from "../check/judge.js";
import { historyOf } from "../history/history-builder.js";
import { writePage } from "./page.js";
import { madeUpHeader, madeUpHistory } from "./testing/made-up-history.js";
import { pageInChromium } from "./testing/page-in-chromium.js";
import { tellFinding } from "./told-finding.js";

const limitMs = 120_000;
const nameOf = String;

/** With two violations, of which the first is open when the page opens. */
function writeTestPage(file: string): void {
	const size = { calls: 4000, clients: 6, pipelined: 2, stale: 2 };
	const history = historyOf({ ...madeUpHeader, workload: "</script><b>" }, madeUpHistory(size));
	const verdict = judge(history);
	assert.ok(verdict.outcome === "violated" && verdict.findings.length >= 2);
	const findings = verdict.findings.map((finding) => tellFinding(history, finding, nameOf));
	writePage(file, { history, verdict, findings, promiseOf: () => "A promise", nameOf, facts: [["target", "none"]] });
}

describe("the page in a Chromium (where none is installed: skipped)", function () {
	this.timeout(limitMs);
	const onPage = pageInChromium(writeTestPage);
	const text = (selector: string) => `(document.querySelector(${JSON.stringify(selector)})?.textContent ?? "")`;
	const count = (selector: string) => `document.querySelectorAll(${JSON.stringify(selector)}).length`;

	for (const [name, width, height] of [
		["a desktop", 1400, 900],
		["a phone", 390, 844],
	] as const) {
		it(`opens at the first finding on ${name}, with its records marked, and nothing sticks out`, () =>
			onPage(width, height, async (page) => {
				assert.equal(await page.evaluate(text("#title")), "</script><b>");
				assert.equal(await page.evaluate(`${count("#findings li")} > 1 && ${count("#findings li.open")} === 1`), true);
				const lines = await page.evaluate(count("#findings ol.lines li"));
				assert.ok(Number(lines) >= 2);
				assert.equal(await page.evaluate(count("#lanes-svg .badge")), lines);
				assert.equal(await page.evaluate(count("#lanes-svg .found")), lines);
				assert.ok(Number(await page.evaluate(`${count("#lanes-svg .read")} + ${count("#lanes-svg .write")}`)) > 0);
				assert.equal(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), true);
				await page.until(`${text("#selected h3")}.includes("/r/")`);
			}));
	}

	it("goes to the next finding, zooms, moves and shows all by keys", () =>
		onPage(1200, 800, async (page) => {
			const window = "document.querySelector('#overview .window').getBBox()";
			const place = async () => (await page.evaluate(`[${window}.x, ${window}.width]`)) as [number, number];
			await page.press("n");
			await page.until(`document.querySelectorAll("#findings > ol > li")[1].className === "open"`);
			const [x, width] = await place();
			await page.press("-");
			await page.until(`${window}.width > ${width}`);
			await page.press("ArrowLeft");
			await page.until(`${window}.x < ${x}`);
			await page.press("0");
			await page.until(`${window}.width > 1000 * 0.6`);
			await page.press("s");
			await page.until(`${count("#lanes-svg .lane-name")} >= 6`);
			const before = await page.evaluate(text("#selected"));
			await page.press(".");
			await page.until(`${text("#selected")} !== ${JSON.stringify(before)}`);
		}));

	it("finds calls by path and tells how many", () =>
		onPage(1200, 800, async (page) => {
			await page.evaluate(`document.querySelector("#search").value = "/r/3"`);
			await page.evaluate(`document.querySelector("#search-form").requestSubmit()`);
			await page.until(`/^1 of \\d+$/.test(${text("#found")})`);
			await page.until(`${text("#selected h3")}.endsWith("/r/3")`);
			assert.equal(await page.evaluate(count("#lanes-svg .match")), 1);
		}));

	it("tells all fields of the call under the mouse, and moves when it is dragged", () =>
		onPage(1200, 800, async (page) => {
			const box = "document.querySelector('#lanes-svg .found').getBoundingClientRect()";
			const [x, y] = (await page.evaluate(`[${box}.x + ${box}.width / 2, ${box}.y + ${box}.height / 2]`)) as [
				number,
				number,
			];
			await page.mouse(x, y);
			await page.until("!document.querySelector('#tooltip').hidden");
			await page.until(`/czxid 0x[0-9a-f]+, mzxid 0x.*ephemeralOwner/.test(${text("#tooltip")})`);
			for (const field of ["time", "answer", "zxid", "session", "client", "server", "records"])
				assert.ok(String(await page.evaluate(text("#tooltip"))).includes(field), field);
			await page.mouse(x, y, { x: x + 120, y });
			await page.until(`Math.abs(${box}.x + ${box}.width / 2 - ${x + 120}) < 3`);
		}));

	it("needs nothing from elsewhere", () =>
		onPage(1200, 800, async (page) => {
			assert.deepEqual(await page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)"), []);
		}));
});
