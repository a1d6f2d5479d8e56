import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Readable, Writable } from "node:stream";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The program of a Chromium that is installed here. */
export function maybeChromium(): string | undefined {
	return places.find((place) => existsSync(place));
}

// Without these it speaks to its maker, and needs a sandbox that root has not.
const quiet = [
	"--headless",
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
	"--remote-debugging-pipe",
];

type Json = Readonly<Record<string, unknown>>;

interface Answer {
	readonly id?: number;
	readonly method?: string;
	readonly params?: Json;
	readonly result?: Json;
	readonly error?: { readonly message: string };
	readonly sessionId?: string;
}

interface Waiting {
	readonly resolve: (result: Json) => void;
	readonly reject: (error: Error) => void;
}

/** A Chromium that is told what to do over two pipes, by its DevTools protocol: JSON, each message behind it a zero byte. */
export class Chromium {
	readonly #child: ChildProcess;
	readonly #profile: string;
	readonly #waiting = new Map<number, Waiting>();
	readonly #listeners = new Set<(answer: Answer) => void>();
	#received = "";
	#lastId = 0;

	static start(program: string): Chromium {
		return new Chromium(program, mkdtempSync(path.join(tmpdir(), "zkspec-chromium-")));
	}

	private constructor(program: string, profile: string) {
		this.#profile = profile;
		this.#child = spawn(program, [...quiet, `--user-data-dir=${profile}`], {
			stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
			detached: true,
			// What it keeps there is removed with the rest, since it is killed.
			env: { ...process.env, TMPDIR: profile },
		});
		const answers = this.#child.stdio[4] as Readable;
		answers.setEncoding("utf8").on("data", (text: string) => this.#take(text));
		this.#child.once("exit", () => {
			for (const { reject } of this.#waiting.values()) reject(new Error("Chromium has ended"));
		});
	}

	send(method: string, params: Json = {}, sessionId?: string): Promise<Json> {
		const id = ++this.#lastId;
		const text = JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) });
		(this.#child.stdio[3] as Writable).write(`${text}\0`);
		return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
	}

	listen(listener: (answer: Answer) => void): void {
		this.#listeners.add(listener);
	}

	async stop(): Promise<void> {
		const ended = new Promise((resolve) => this.#child.once("exit", resolve));
		// All of its processes: one that lives a moment longer writes into the folder that is being removed.
		if (this.#child.pid !== undefined) process.kill(-this.#child.pid, "SIGKILL");
		await ended;
		rmSync(this.#profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
	}

	#take(text: string): void {
		const parts = (this.#received + text).split("\0");
		this.#received = parts.pop() ?? "";
		for (const part of parts) this.#answer(JSON.parse(part) as Answer);
	}

	#answer(answer: Answer): void {
		for (const listener of this.#listeners) listener(answer);
		const waiting = this.#waiting.get(answer.id ?? -1);
		if (waiting === undefined) return;
		this.#waiting.delete(answer.id ?? -1);
		if (answer.error !== undefined) waiting.reject(new Error(answer.error.message));
		else waiting.resolve(answer.result ?? {});
	}
}

/** What people see of one page, and what they can do with it. */
export interface OpenPage {
	/** What the page logged as an error, and what it threw. */
	readonly errors: readonly string[];
	/** The value of an expression, which JSON has to be able to tell. */
	evaluate(expression: string): Promise<unknown>;
	/** Evaluates again until it is true; rejects when that takes too long. */
	until(expression: string): Promise<void>;
	press(key: string): Promise<void>;
	/** Moves the mouse there; with `dragTo` drags from there. */
	mouse(x: number, y: number, dragTo?: { readonly x: number; readonly y: number }): Promise<void>;
	/** How long the page has kept a processor busy since it was opened. */
	cpuMs(): Promise<number>;
	/** PNG. */
	screenshot(): Promise<Buffer>;
	close(): Promise<void>;
}

const patienceMs = 30_000;

/** Opens a file in a window of this size, and waits until the page says that it is ready. */
export async function openPage(chromium: Chromium, file: string, width: number, height: number): Promise<OpenPage> {
	const { targetId } = await chromium.send("Target.createTarget", { url: "about:blank" });
	const { sessionId } = await chromium.send("Target.attachToTarget", { targetId, flatten: true });
	const send = (method: string, params: Json = {}) => chromium.send(method, params, sessionId as string);
	const errors: string[] = [];
	chromium.listen((answer) => {
		if (answer.sessionId === sessionId) errors.push(...errorsIn(answer));
	});
	await send("Runtime.enable");
	await send("Log.enable");
	await send("Page.enable");
	await send("Performance.enable", { timeDomain: "threadTicks" });
	await send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: width < 600 });
	const evaluate = async (expression: string): Promise<unknown> => {
		const { result } = await send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
		return (result as { readonly value?: unknown }).value;
	};
	const until = async (expression: string): Promise<void> => {
		const giveUpAt = performance.now() + patienceMs;
		while ((await evaluate(`Promise.resolve(${expression})`)) !== true) {
			if (performance.now() > giveUpAt) throw new Error(`never true: ${expression}; ${errors.join("; ")}`);
		}
	};
	const press = async (key: string): Promise<void> => {
		await send("Input.dispatchKeyEvent", { type: "keyDown", key, ...(key.length === 1 ? { text: key } : {}) });
		await send("Input.dispatchKeyEvent", { type: "keyUp", key });
	};
	const move = (type: string, x: number, y: number, buttons: number) =>
		send("Input.dispatchMouseEvent", { type, x, y, buttons, button: buttons === 1 ? "left" : "none", clickCount: 1 });
	const mouse: OpenPage["mouse"] = async (x, y, dragTo) => {
		await move("mouseMoved", x, y, 0);
		if (dragTo === undefined) return;
		await move("mousePressed", x, y, 1);
		await move("mouseMoved", dragTo.x, dragTo.y, 1);
		await send("Input.dispatchMouseEvent", { type: "mouseReleased", ...dragTo, button: "left", clickCount: 1 });
	};
	const cpuMs = async (): Promise<number> => {
		const { metrics } = await send("Performance.getMetrics");
		const found = (metrics as readonly { readonly name: string; readonly value: number }[]).find(
			({ name }) => name === "TaskDuration",
		);
		return (found?.value ?? Number.NaN) * 1000;
	};
	const screenshot = async () => Buffer.from((await send("Page.captureScreenshot")).data as string, "base64");
	const close = async () => void (await chromium.send("Target.closeTarget", { targetId }));
	await send("Page.navigate", { url: `file://${file}` });
	await until("document.body?.dataset.ready !== undefined");
	return { errors, evaluate, until, press, mouse, cpuMs, screenshot, close };
}

function errorsIn({ method, params = {} }: Answer): string[] {
	if (method === "Runtime.exceptionThrown" || (method === "Log.entryAdded" && isError(params.entry)))
		return [JSON.stringify(params)];
	return method === "Runtime.consoleAPICalled" && params.type === "error" ? [JSON.stringify(params.args)] : [];
}

function isError(entry: unknown): boolean {
	return (entry as { readonly level?: string }).level === "error";
}
