import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";

/** Where Debian keeps Java archives, ZooKeeper's dependencies among them. */
const systemJars = "/usr/share/java";

/** Other programs' bindings of the logging facade: one has to remain, that of log4j. */
const otherLoggers = /slf4j-(?:jcl|jdk14|nop|simple|provider)|log4j-over-slf4j/;

/** Where `fetchApache` unpacks a version, relative to the project. */
export function peerFolder(version: string): string {
	return resolve(".zkspec", "peers", version);
}

/**
 * The Java class path of an Apache ZooKeeper, or undefined where that version is not here. It is looked for in the
 * folder that `ZKSPEC_APACHE_3_9_6` names (an unpacked release or package), among the system's jars, and in `.zkspec/`.
 */
export function classPath(version: string): string | undefined {
	const named = process.env[variableName(version)];
	const places = named === undefined ? [systemJars, peerFolder(version)] : [named];
	const folder = places.flatMap(jarFolders).find((place) => existsSync(join(place, `zookeeper-${version}.jar`)));
	return folder === undefined ? undefined : classPathOf(folder, version).join(":");
}

/** Why this version can not be started here, or undefined when it can. */
export function unavailable(version: string): string | undefined {
	if (spawnSync("java", ["-version"]).status !== 0) return "java is not installed";
	if (classPath(version) !== undefined) return undefined;
	return `Apache ZooKeeper ${version} is not here: install it, or let ${variableName(version)} name its folder`;
}

function variableName(version: string): string {
	return `ZKSPEC_APACHE_${version.replaceAll(".", "_")}`;
}

function jarFolders(place: string): string[] {
	return [place, join(place, "lib"), join(place, systemJars)];
}

function classPathOf(folder: string, version: string): string[] {
	const beside = jarsOf(folder);
	// A package of its own brings no dependencies; they are the system's.
	const others = beside.length > 0 ? beside : jarsOf(systemJars);
	// The records come first: the manifest of the other jar names the installed ones.
	return [join(folder, `zookeeper-jute-${version}.jar`), join(folder, `zookeeper-${version}.jar`), ...others];
}

function jarsOf(folder: string): string[] {
	if (!existsSync(folder)) return [];
	return readdirSync(folder)
		.filter((name) => name.endsWith(".jar") && !name.startsWith("zookeeper") && !otherLoggers.test(name))
		.map((name) => join(folder, name));
}
