import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AdminContext, adminAnswer, adminCommandNames } from "../server/admin-commands.js";
import type { Insight } from "../server/four-letter-words.js";
import { jsonText } from "../server/json-text.js";
import type { Server } from "../server/server.js";
import { type DataFolders, lastSnapshotIn } from "./data-folders.js";
import { metricsText } from "./metrics-text.js";
import { type ServerEvents, systemClock } from "./server-parts.js";
import type { Settings } from "./settings.js";

/** What the endpoints ask for; answers are made when somebody asks, and cost nothing before. */
export interface AdminSources extends Pick<AdminContext, "lastSnapshot"> {
	/** Undefined while clients are not served. */
	insight(): Insight | undefined;
	/** One line for the operator. */
	onNote(line: string): void;
}

export function adminSources(
	folders: DataFolders,
	{ onNote }: Pick<ServerEvents, "onNote">,
	server: () => Server | undefined,
): AdminSources {
	return {
		insight: () => server()?.insight(systemClock()),
		lastSnapshot: () => lastSnapshotIn(folders.snapshots),
		onNote,
	};
}

interface Answer {
	readonly status: number;
	readonly type: string;
	readonly text: string;
}

const prometheus = /PrometheusMetricsProvider$/;

/**
 * Opens the HTTP endpoints that the settings ask for: Apache's admin server and its provider of metrics. One that can not be
 * opened is told and left out.
 * @returns how to close them
 */
export function openAdmin(settings: Settings, sources: AdminSources): () => void {
	const servers: HttpServer[] = [];
	if (settings.adminEnabled === true) {
		const at = { port: settings.adminPort, host: settings.adminAddress };
		servers.push(listen("admin server", at, sources, (url) => commandAnswer(settings.adminUrl, url, sources)));
	}
	if (settings.metricsProvider !== undefined && prometheus.test(settings.metricsProvider)) {
		const at = { port: settings.metricsPort, host: settings.metricsHost };
		servers.push(listen("metrics", at, sources, (url) => metricsAnswer(url, sources)));
	}
	return () => {
		for (const server of servers) server.close().closeAllConnections();
	};
}

function listen(
	what: string,
	at: { readonly port: number; readonly host: string },
	{ onNote }: AdminSources,
	answer: (url: URL) => Answer,
): HttpServer {
	const server = createServer((request, response) => serve(request, response, answer));
	server.on("error", ({ message }) =>
		onNote(`${what}: can not listen on port ${at.port}, going on without: ${message}`),
	);
	server.listen(at, () => {
		const address = server.address();
		const port = typeof address === "object" && address !== null ? address.port : at.port;
		onNote(`${what}: listening on ${at.host}:${port}`);
	});
	return server;
}

function serve({ method, url }: IncomingMessage, response: ServerResponse, answer: (url: URL) => Answer): void {
	const reads = method === "GET" || method === "HEAD";
	const { status, type, text } = reads ? answer(new URL(url ?? "/", "http://any")) : notAllowed;
	response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(text) });
	response.end(text);
}

const notAllowed: Answer = { status: 405, type: "text/plain", text: "Only GET is answered.\n" };
const notFound: Answer = { status: 404, type: "text/plain", text: "Not found.\n" };

function commandAnswer(base: string, { pathname, searchParams }: URL, sources: AdminSources): Answer {
	if (pathname === base || pathname === `${base}/`) return { status: 200, type: "text/html", text: commandList(base) };
	if (!pathname.startsWith(`${base}/`)) return notFound;
	const insight = sources.insight();
	const argument = (name: string): string | null => searchParams.get(name);
	const context = insight && { insight, argument, lastSnapshot: sources.lastSnapshot };
	const answer = adminAnswer(pathname.slice(base.length + 1), context);
	return { status: 200, type: "application/json", text: jsonText(answer) };
}

function commandList(base: string): string {
	return adminCommandNames.map((name) => `<a href="${base}/${name}">${name}</a>\n<br/>\n`).join("");
}

function metricsAnswer({ pathname }: URL, sources: AdminSources): Answer {
	if (pathname !== "/metrics") return notFound;
	const insight = sources.insight();
	const type = "text/plain; version=0.0.4; charset=utf-8";
	return { status: 200, type, text: insight === undefined ? "" : metricsText(insight) };
}
