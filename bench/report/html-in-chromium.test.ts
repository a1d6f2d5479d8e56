import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { describe, it } from "mocha";
import type { OpenPage } from "../../conformance/explain/testing/chromium.js";
import { pageInChromium } from "../../conformance/explain/testing/page-in-chromium.js";
import { describePage } from "./html.js";
import { type MadeUpCell, madeUpReport, realistic } from "./testing/made-up-report.js";

const limitMs = 120_000;
const hostile = "</script><b>|";
const events = [
	{ atMs: 500, text: "follower killed" },
	{ atMs: 1000, text: "leader killed" },
];

const cells = ["reference", hostile].flatMap((subject): MadeUpCell[] => [
	...[1, 3].flatMap((servers) =>
		[100, 0].map((reads) => ({
			subject,
			servers,
			parameters: { reads },
			operationsPerSecond: 60_000 / servers,
			writes: 1 - reads / 100,
		})),
	),
	{
		workload: "failures",
		subject,
		servers: 5,
		parameters: { reads: 70 },
		operationsPerSecond: 20_000,
		writes: 0.3,
		events,
		figures: { gapMs: 210 },
	},
]);

const titles = [
	"read-ratio: throughput by servers",
	"read-ratio: throughput by reads",
	"read-ratio: projected throughput on cores of their own by servers",
	"read-ratio: projected throughput on cores of their own by reads",
	"read-ratio: latency by percentile",
	"read-ratio: processor time of the servers by role",
	"failures: throughput through failures",
	"failures: latency by percentile",
	"failures: gap",
	"failures: processor time of the servers by role",
];

describe("the report's page in a Chromium (where none is installed: skipped)", function () {
	this.timeout(limitMs);
	const report = madeUpReport({ cells, rounds: 2, seed: 1, noise: realistic });
	const onFile = pageInChromium((file) => writeFileSync(file, describePage(report)));
	const onPage = (width: number, act: (page: OpenPage) => Promise<void>): Promise<void> =>
		onFile(width, 900, async (page) => {
			await page.until(`document.querySelectorAll("#charts .chart svg[class*=plot]").length >= ${titles.length}`);
			await act(page);
		});
	const count = (selector: string) => `document.querySelectorAll(${JSON.stringify(selector)}).length`;
	/** The section of the picture with this title. */
	const chart = (title: string) =>
		`[...document.querySelectorAll("#charts .chart")].find((one) => one.querySelector("h3").textContent === ${JSON.stringify(title)})`;

	for (const [name, width] of [
		["a desktop", 1280],
		["a phone", 390],
	] as const) {
		it(`draws every picture on ${name}, asks nobody for anything, and nothing sticks out`, () =>
			onPage(width, async (page) => {
				const found = await page.evaluate(`[...document.querySelectorAll("#charts h3")].map((one) => one.textContent)`);
				assert.deepEqual(found, titles);
				assert.equal(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), true);
				assert.equal(await page.evaluate("performance.getEntriesByType('resource').length"), 0);
				const lines = `${chart(titles[0] ?? "")}.querySelectorAll("[aria-label=line] path").length`;
				assert.equal(await page.evaluate(lines), 4);
				const outside = `[...document.querySelectorAll("#charts svg")].filter((one) => one.getBoundingClientRect().right > window.innerWidth).length`;
				assert.equal(await page.evaluate(outside), 0);
			}));
	}

	it("shows a subject's name as text, whatever it is", () =>
		onPage(1280, async (page) => {
			const named = `[...document.querySelectorAll("td")].some((one) => one.textContent === ${JSON.stringify(hostile)})`;
			assert.equal(await page.evaluate(named), true);
			assert.equal(await page.evaluate(count("main b")), 0);
		}));

	/** Moves the mouse to the middle of what this finds in the picture, and waits for a tip with this in it. */
	async function tip(page: OpenPage, title: string, selector: string, text: string): Promise<void> {
		await page.evaluate(`${chart(title)}.scrollIntoView()`);
		const [x = 0, y = 0] = (await page.evaluate(
			`(({ x, y, width, height }) => [x + width / 2, y + height / 2])(${chart(title)}.querySelector("${selector}").getBoundingClientRect())`,
		)) as number[];
		await page.mouse(x, y);
		await page.until(`${chart(title)}.querySelector("[aria-label=tip]")?.textContent.includes("${text}")`);
	}

	it("tells a figure in its own unit", () =>
		onPage(1280, async (page) => {
			await tip(page, "failures: gap", "[aria-label=bar] rect", "gap: 210 ms");
			const cpu = "failures: processor time of the servers by role";
			await tip(page, cpu, "[aria-label=bar] rect", "µs");
		}));

	it("tells a figure where the mouse is, and draws another cell when it is picked", () =>
		onPage(1280, async (page) => {
			const latency = chart("read-ratio: latency by percentile");
			await tip(page, "read-ratio: latency by percentile", "svg[class*=plot]", "percentile: p");
			const path = `${latency}.querySelector("[aria-label=line] path").getAttribute("d")`;
			const before = await page.evaluate(path);
			await page.evaluate(
				`(({ select }) => { select.selectedIndex = 3; select.dispatchEvent(new Event("change")); })({ select: ${latency}.querySelector("select") })`,
			);
			assert.notEqual(await page.evaluate(path), before);
		}));

	it("numbers what was done to the servers", () =>
		onPage(390, async (page) => {
			const failures = chart("failures: throughput through failures");
			const items = `[...${failures}.querySelectorAll("ol.events li")].map((one) => one.textContent)`;
			assert.deepEqual(await page.evaluate(items), ["0.5 s: follower killed", "1.0 s: leader killed"]);
			assert.equal(await page.evaluate(`${failures}.querySelectorAll("[aria-label=dot] circle").length`), 4);
		}));
});
