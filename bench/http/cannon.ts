import autocannon from "autocannon";
import type { Breaches } from "../load/breaches.js";
import type { LoadHooks, LoadResult } from "../load/contract.js";
import { workerResult } from "../load/load-worker.js";
import { Meter } from "../load/meter.js";
import { costMeter } from "../load/own-cost.js";
import { resultOf } from "../load/run-load.js";
import type { Reply } from "./key-book.js";

/** One request of a connection's list, over and over. */
export interface Shot {
	/** A `Kind`: what it counts as. */
	readonly kind: number;
	readonly method: "GET" | "PUT";
	readonly path: string;
	readonly headers: Readonly<Record<string, string>>;
	/** Made anew each time; undefined: there is none, and the request is encoded once. */
	readonly body: (() => string) | undefined;
	onReply(reply: Reply): void;
}

export interface CannonPlan {
	/** Connections take turns. */
	readonly urls: readonly string[];
	readonly connections: number;
	readonly warmUpMs: number;
	readonly measureMs: number;
	readonly sampleMs: number;
}

/** How often autocannon looks whether it should end. */
const lookMs = 20;
/** Longer than any measurement: it ends because it is told to. */
const foreverSeconds = 86_400;

/**
 * Requests without a pause in a closed loop, each connection with one under way, for the time of the plan.
 * @param shotsOf - what a connection asks for, by its number
 */
export async function fire(
	plan: CannonPlan,
	shotsOf: (connection: number) => readonly Shot[],
	breaches: Breaches,
	{ onMeasuring, onMeasured, onSample, signal }: LoadHooks = {},
): Promise<LoadResult> {
	signal?.throwIfAborted();
	const meter = new Meter(plan.measureMs, plan.sampleMs, false);
	let cost = costMeter();
	let spent = cost();
	let connections = 0;
	const arming = (client: autocannon.Client): void => arm(client, shotsOf(connections++), meter);
	const { done, stop } = start(plan, arming);
	signal?.addEventListener("abort", stop, { once: true });
	const timers = [
		setTimeout(() => {
			cost = costMeter();
			onMeasuring?.();
		}, plan.warmUpMs),
		setTimeout(() => {
			spent = cost();
			onMeasured?.();
			stop();
		}, plan.warmUpMs + plan.measureMs),
	];
	meter.begin(performance.now() + plan.warmUpMs);
	const { errors } = await done;
	signal?.removeEventListener("abort", stop);
	for (const timer of timers) clearTimeout(timer);
	signal?.throwIfAborted();
	if (errors > 0) breaches.add("error", () => "a connection broke or a reply did not come in ten seconds", errors);
	const result = workerResult(meter, spent, breaches);
	for (const sample of result.samples) onSample?.(sample);
	return resultOf(plan, [result]);
}

function start(
	{ urls, connections }: CannonPlan,
	setupClient: (client: autocannon.Client) => void,
): { readonly done: Promise<autocannon.Result>; stop(): void } {
	let instance: autocannon.Instance | undefined;
	const done = new Promise<autocannon.Result>((resolve, reject) => {
		const options: autocannon.Options = {
			// It takes a list, of which its types know nothing.
			url: urls as unknown as string,
			connections,
			duration: foreverSeconds,
			sampleInt: lookMs,
			setupClient,
		};
		instance = autocannon(options, (error: unknown, result) => (error ? reject(error) : resolve(result)));
	});
	return { done, stop: () => instance?.stop() };
}

function arm(client: autocannon.Client, shots: readonly Shot[], meter: Meter): void {
	let kind = 0;
	client.setRequests(
		shots.map((shot) => {
			const { method, path, headers, body } = shot;
			const onResponse = (status: number, text: string, _: object, received: Headers): void => {
				kind = shot.kind;
				shot.onReply({ status, body: text, tag: tagOf(received) });
			};
			const request: autocannon.Request = { method, path, headers, onResponse };
			return body === undefined ? request : { ...request, setupRequest: (each) => ({ ...each, body: body() }) };
		}),
	);
	client.on("response", (_status, _bytes, responseMs) => {
		meter.turn(performance.now());
		meter.answered(kind, responseMs * 1000);
	});
}

type Headers = autocannon.Request["headers"];

/** As the server spells its name. */
function tagOf(headers: Headers): string | undefined {
	return headers?.etag;
}
