import * as fs from "node:fs";
import { dirname, resolve } from "node:path";
import type { ServerId, Zxid } from "../model/ids.js";
import { configText, type EnsembleConfig } from "../zab/ensemble-config.js";

export interface ConfigFilesParts {
	/** Path of the static file, zoo.cfg. */
	readonly file: string;
	readonly ownId: ServerId;
	/** As of the start. */
	readonly config: EnsembleConfig;
	/** It came from a file of its own, not from the static one. */
	readonly isDynamic: boolean;
	onNote(line: string): void;
}

/**
 * The files that tell a server after a restart who belongs to its ensemble, as Apache keeps them beside its zoo.cfg:
 * zoo.cfg.dynamic.VERSION, which zoo.cfg names, and zoo.cfg.dynamic.next while a reconfiguration is under way. The latter is
 * for an Apache server that is started on these files: it knows of the reconfiguration from nothing else. Here the log
 * tells, and a reconfiguration that the log lost must not come back from a file.
 */
export class ConfigFiles {
	readonly #parts: ConfigFilesParts;
	readonly #file: string;
	#version: Zxid;
	#nextVersion: Zxid | undefined;

	/** What the static file said of the ensemble goes at the first change; zoo.cfg.bak keeps it. */
	constructor(parts: ConfigFilesParts) {
		this.#parts = parts;
		this.#file = resolve(parts.file);
		this.#version = parts.config.version;
		if (!parts.isDynamic) this.#orNote(() => replaceFile(`${this.#file}.bak`, fs.readFileSync(this.#file, "utf8")));
	}

	/** What is written already is not written again. */
	save(config: EnsembleConfig, next: EnsembleConfig | undefined): void {
		if (config.version > this.#version) this.#orNote(() => this.#saveConfig(config));
		if (next?.version !== this.#nextVersion) this.#orNote(() => this.#saveNext(next));
	}

	#saveConfig(config: EnsembleConfig): void {
		const dynamic = `${this.#file}.dynamic.${config.version.toString(16)}`;
		replaceFile(dynamic, linesOf(config, false));
		const { client } = config.members.get(this.#parts.ownId) ?? {};
		replaceFile(this.#file, staticText(fs.readFileSync(this.#file, "utf8"), dynamic, client !== undefined));
		this.#version = config.version;
	}

	#saveNext(next: EnsembleConfig | undefined): void {
		const file = `${this.#file}.dynamic.next`;
		if (next === undefined) fs.rmSync(file, { force: true });
		else replaceFile(file, linesOf(next, true));
		this.#nextVersion = next?.version;
	}

	/** The log and the other servers know it as well: a folder that can not be written to is no reason to stop. */
	#orNote(save: () => void): void {
		try {
			save();
		} catch (error) {
			if (!(error instanceof Error && "errno" in error)) throw error;
			this.#parts.onNote(`the configuration of the ensemble can not be saved: ${error.message}`);
		}
	}
}

/** In the order of text, without a newline at the end. */
function linesOf(config: EnsembleConfig, withVersion: boolean): string {
	const lines = configText(config).split("\n");
	return (withVersion ? lines : lines.slice(0, -1)).sort().join("\n");
}

const memberLine = /^\s*(?:zookeeper\.)?(?:(?:server|group|weight)\.|(?:version|dynamicConfigFile)\s*[=:])/;
const clientLine = /^\s*(?:zookeeper\.)?clientPort(?:Address)?\s*[=:]/;

/** zoo.cfg without what the dynamic file says; the client port is in the server line, if that names one. */
function staticText(text: string, dynamicFile: string, hasClient: boolean): string {
	const lines = text
		.split(/\r\n|\n|\r/)
		.filter((line) => !(memberLine.test(line) || (hasClient && clientLine.test(line))));
	while (lines.at(-1) === "") lines.pop();
	return [...lines, `dynamicConfigFile=${dynamicFile}`, ""].join("\n");
}

/** All of it or nothing, also when the machine fails meanwhile. */
function replaceFile(path: string, text: string): void {
	const unfinished = `${path}.tmp`;
	const fd = fs.openSync(unfinished, "w");
	try {
		fs.writeSync(fd, text);
		fs.fsyncSync(fd);
	} finally {
		fs.closeSync(fd);
	}
	fs.renameSync(unfinished, path);
	const folder = fs.openSync(dirname(path), "r");
	try {
		fs.fsyncSync(folder);
	} finally {
		fs.closeSync(folder);
	}
}
