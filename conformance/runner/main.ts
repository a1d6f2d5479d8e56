#!/usr/bin/env node
import { readdirSync } from "node:fs";
import path from "node:path";
import { readGuarantees } from "../../spec/load/guarantee.js";
import { packageRoot } from "../../spec/load/package-root.js";
import { loadWireSpec } from "../../spec/load/wire.js";
import { Codec } from "../client/codec.js";
import type { ScenarioEnvironment } from "../scenario/environment.js";
import { parseScenarios } from "../scenario/parse-scenario.js";
import { runScenario } from "../scenario/run-scenario.js";
import { Sandbox } from "../scenario/sandbox.js";
import { vocabularyOf } from "../scenario/vocabulary.js";

// dev runner: node main.js host:port [substring] [--file f]
const [target = "", only = ""] = process.argv.slice(2);
const [host = "", port = ""] = target.split(":");
const wire = loadWireSpec();
const codec = new Codec(wire);
const folder = path.join(packageRoot, "spec", "guarantees");
const files = readGuarantees(readdirSync(folder).filter((f) => f.endsWith(".yaml")).map((f) => path.join(folder, f)));
const scenarios = files.flatMap((file) => parseScenarios(file, vocabularyOf(wire))).filter((s) => `${s.where.file}/${s.id}`.includes(only));
const facts = { tickTime: 500, minSessionTimeout: 1000, maxSessionTimeout: 10000, containerIntervalMs: 500, servers: 1, maxClientCnxns: 60, frameBytesMax: 1048575, serverId: 1 };
const base: ScenarioEnvironment = {
	codec, addresses: [{ host, port: Number(port) }], facts, root: "", replyTimeoutMs: 5000,
	super: { scheme: "digest", auth: "super:zkspec" }, seed: 1, flip: undefined, trace: () => undefined,
};
const sandbox = await Sandbox.open(`/zkspec-${process.pid}`, base);
const queue = [...scenarios.filter((s) => !s.alone && !s.outside)];
const alone = scenarios.filter((s) => s.alone || s.outside);
let kept = 0, failed = 0;
async function one(s: (typeof scenarios)[number]): Promise<void> {
	const root = await sandbox.makeRoot(s.id.replace(/[[\]]/g, "-"));
	const started = performance.now();
	const result = await runScenario(s, { ...base, root });
	const left = await sandbox.remove(root, result.identities);
	if (left.length) console.log("LEFT", left);
	if (result.verdict.type === "kept") kept++;
	else {
		failed++;
		const v = result.verdict;
		if (v.type === "violated") console.log(`FAIL ${s.id} ${path.relative(".", v.violation.where.file)}:${v.violation.where.line} [${v.violation.step}]\n     ${v.violation.problems.join("\n     ")}`);
		else if (v.type === "wrong") console.log(`WRONG ${s.id} line ${v.error.where.line}: ${v.error.message}`);
		else console.log(`${v.type} ${s.id} ${v.reason}`);
	}
	const ms = performance.now() - started;
	if (ms > 1000) console.log(`  slow ${s.id} ${Math.round(ms)} ms`);
}
await Promise.all(Array.from({ length: 16 }, async () => { for (let s = queue.shift(); s; s = queue.shift()) await one(s); }));
for (const s of alone) await one(s);
console.log("left", await sandbox.close());
console.log(`${kept} kept, ${failed} failed of ${scenarios.length}`);
process.exit(failed ? 1 : 0);
