import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before } from "mocha";
import { Chromium, maybeChromium, type OpenPage, openPage } from "./chromium.js";

/** Opens the page in a window of its own of so many pixels; fails when the page's script had an error. */
export type OnPage = (width: number, height: number, act: (page: OpenPage) => Promise<void>) => Promise<void>;

/** For the suite around the call: one Chromium and one file for all its tests; where none is installed, they are skipped. */
export function pageInChromium(write: (file: string) => void): OnPage {
	let folder = "";
	let file = "";
	let chromium: Chromium | undefined;
	before(function () {
		const program = maybeChromium();
		if (program === undefined) {
			return this.skip();
		}
		folder = mkdtempSync(path.join(tmpdir(), "zkspec-page-"));
		file = path.join(folder, "page.html");
		write(file);
		chromium = Chromium.start(program);
	});
	after(async () => {
		await chromium?.stop();
		if (folder !== "") rmSync(folder, { recursive: true, force: true });
	});
	return async (width, height, act) => {
		assert.ok(chromium !== undefined);
		const page = await openPage(chromium, file, width, height);
		await act(page);
		assert.deepEqual(page.errors, []);
		await page.close();
	};
}
