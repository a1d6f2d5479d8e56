import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { peerFolder } from "./class-path.js";

/** Debian's suites from old to new: the first one that has the version wins. */
const suites = ["trixie", "forky", "sid"];
const aptFolder = "/etc/apt";
const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** The version can not be fetched with the apt that is configured here. */
export class FetchError extends Error {
	override readonly name = "FetchError";
}

/** Unpacks `libzookeeper-java` of that version into `.zkspec/peers/`, from the mirror that apt already uses. */
export function fetchApache(version: string): void {
	const mirror = debianMirror();
	if (mirror === undefined) throw new FetchError("apt has no Debian mirror configured");
	const folder = `${peerFolder(version)}.partial`;
	rmSync(folder, { recursive: true, force: true });
	const found = suites.some((suite) => fetchFromSuite(folder, mirror, suite, version));
	if (!found) throw new FetchError(`none of Debian's suites ${suites.join(", ")} offers libzookeeper-java ${version}`);
	rmSync(peerFolder(version), { recursive: true, force: true });
	renameSync(folder, peerFolder(version));
}

function debianMirror(): string | undefined {
	const lists = join(aptFolder, "sources.list.d");
	const files = [join(aptFolder, "sources.list"), ...readdirSync(lists).map((name) => join(lists, name))];
	const lines = files.filter((file) => /\.(?:list|sources)$/.test(file)).flatMap(linesOf);
	return lines
		.filter((line) => /^(?:deb |URIs:)/.test(line))
		.map((line) => /\b[a-z+]+:\/\/\S+\/debian\/?(?=\s|$)/.exec(line)?.[0])
		.find((mirror) => mirror !== undefined);
}

function linesOf(file: string): string[] {
	return existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
}

function fetchFromSuite(folder: string, mirror: string, suite: string, version: string): boolean {
	const lists = join(folder, "lists");
	mkdirSync(join(lists, "partial"), { recursive: true });
	const source = join(folder, "sources.list");
	writeFileSync(source, `deb [signed-by=${keyring}] ${mirror} ${suite} main\n`);
	const options = [
		`-oDir::Etc::sourcelist=${source}`,
		"-oDir::Etc::sourceparts=/dev/null",
		`-oDir::State::Lists=${lists}`,
		"-oAcquire::Languages=none",
	];
	if (!runs(folder, "apt-get", [...options, "update"])) return false;
	if (!runs(folder, "apt-get", [...options, "download", `libzookeeper-java=${version}-*`])) return false;
	const archive = readdirSync(folder).find((name) => name.endsWith(".deb"));
	if (archive === undefined || !runs(folder, "dpkg", ["-x", archive, "."])) return false;
	for (const file of [lists, source, join(folder, archive)]) rmSync(file, { recursive: true });
	return true;
}

function runs(folder: string, command: string, args: readonly string[]): boolean {
	return spawnSync(command, args, { cwd: folder, stdio: "ignore" }).status === 0;
}
