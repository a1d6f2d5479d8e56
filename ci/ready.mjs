// Makes the working copy ready to run: installs and builds what is missing or stale, says so, and is silent otherwise.
// Plain JavaScript without dependencies, because nothing is installed or built before it.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const rooms = ["spec", "reference", "conformance", "bench", "ci"];
const root = process.cwd();
const stamp = join(root, "dist", ".built.json");

function say(text) {
	process.stderr.write(`zkspec: ${text}\n`);
}

function fail(text) {
	say(text);
	process.exit(2);
}

function modifiedMs(file) {
	return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function requireNode() {
	const wanted = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).engines.node.replace(">=", "");
	const [major, minor] = wanted.split(".").map(Number);
	const [haveMajor, haveMinor] = process.versions.node.split(".").map(Number);
	const old = haveMajor < major || (haveMajor === major && haveMinor < minor);
	if (old) fail(`Node ${wanted} or newer is needed, this is ${process.versions.node}`);
}

/** npm writes this file at the end of every installation. */
function installed() {
	const at = modifiedMs(join(root, "node_modules", ".package-lock.json"));
	return at > 0 && at >= modifiedMs(join(root, "package-lock.json"));
}

function run(command, args) {
	const result = spawnSync(command, args, { cwd: root, encoding: "utf8", shell: process.platform === "win32" });
	if (result.status !== 0)
		process.stderr.write(`${result.stdout ?? ""}${result.stderr ?? result.error?.message ?? ""}`);
	return result.status === 0;
}

function install() {
	const why = existsSync(join(root, "node_modules")) ? "older than package-lock.json" : "missing";
	say(`node_modules is ${why}: installing (npm ci)`);
	if (!run("npm", ["ci", "--prefer-offline", "--no-audit", "--no-fund"])) {
		fail("npm ci failed: see its message above; nothing was started");
	}
}

function sourcesUnder(folder, found) {
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		const file = `${folder}/${entry.name}`;
		if (entry.isDirectory()) sourcesUnder(file, found);
		else if (entry.name.endsWith(".ts") || /^tsconfig.*\.json$/.test(entry.name)) found.push(file);
	}
	return found;
}

function sources() {
	const found = ["tsconfig.json"];
	for (const room of rooms) if (existsSync(room)) sourcesUnder(room, found);
	return found;
}

/** A deleted source leaves its output behind, where mocha would still run it. */
function removeOutputs(vanished) {
	for (const file of vanished) {
		const stem = join(root, "dist", file.replace(/\.ts$/, ""));
		for (const end of [".js", ".js.map", ".d.ts", ".d.ts.map"]) rmSync(stem + end, { force: true });
	}
}

function build(files, before) {
	say(`${before === undefined ? "dist is missing" : "the sources have changed"}: building (tsc -b)`);
	const startedMs = Date.now();
	removeOutputs((before ?? []).filter((file) => !files.includes(file)));
	if (!run(process.execPath, [join("node_modules", "typescript", "bin", "tsc"), "-b"])) {
		fail("the build failed: see the compiler's messages above; nothing was started");
	}
	writeFileSync(stamp, JSON.stringify({ startedMs, files }));
}

function ready() {
	requireNode();
	if (!installed()) install();
	const files = sources();
	const last = existsSync(stamp) ? JSON.parse(readFileSync(stamp, "utf8")) : undefined;
	const same = last?.files.length === files.length && files.every((file) => last.files.includes(file));
	if (!same || files.some((file) => modifiedMs(file) > last.startedMs)) build(files, last?.files);
}

ready();
