import { posix } from "node:path";

/** Which rooms a room may import; what is not listed is against the arrow. */
export const arrows: Readonly<Record<string, readonly string[]>> = {
	"reference/lib": [],
	"reference/model": ["reference/lib"],
	"reference/wire": ["reference/lib", "reference/model"],
	"reference/tree": ["reference/lib", "reference/model"],
	"reference/log": ["reference/lib", "reference/model", "reference/wire", "reference/tree"],
	"reference/zab": ["reference/lib", "reference/model"],
	"reference/server": ["reference/lib", "reference/model", "reference/wire", "reference/tree", "reference/zab"],
	"reference/host": [
		"reference/lib",
		"reference/model",
		"reference/wire",
		"reference/tree",
		"reference/log",
		"reference/server",
		"reference/zab",
	],
	"reference/runtime": [
		"reference/lib",
		"reference/model",
		"reference/wire",
		"reference/tree",
		"reference/zab",
		"reference/log",
		"reference/server",
		"reference/host",
	],
	"reference/sim": [
		"reference/lib",
		"reference/model",
		"reference/wire",
		"reference/tree",
		"reference/zab",
		"reference/log",
		"reference/server",
		"reference/host",
	],
	"reference/sim-cli": [
		"reference/lib",
		"reference/model",
		"reference/wire",
		"reference/tree",
		"reference/zab",
		"reference/log",
		"reference/server",
		"reference/host",
		"reference/sim",
	],
	"spec/load": [],
	"conformance/client": ["spec/load"],
	"conformance/scenario": ["spec/load", "conformance/client", "conformance/drivers"],
	"conformance/drivers": ["spec/load", "conformance/client"],
	"conformance/history": ["spec/load", "conformance/client"],
	"conformance/check": ["spec/load", "conformance/history"],
	"conformance/workload": [
		"spec/load",
		"conformance/client",
		"conformance/drivers",
		"conformance/history",
		"conformance/check",
	],
	"conformance/simulated": [
		"spec/load",
		"conformance/client",
		"conformance/drivers",
		"reference/lib",
		"reference/model",
		"reference/host",
		"reference/server",
		"reference/zab",
		"reference/runtime",
		"reference/sim",
	],
	"conformance/explain": ["spec/load", "conformance/client", "conformance/history", "conformance/check"],
	"conformance/runner": [
		"spec/load",
		"conformance/client",
		"conformance/scenario",
		"conformance/drivers",
		"conformance/history",
		"conformance/check",
		"conformance/workload",
		"conformance/explain",
		"conformance/simulated",
	],
	"bench/micro": [
		"reference/lib",
		"reference/model",
		"reference/wire",
		"reference/tree",
		"reference/log",
		"reference/server",
		"reference/host",
		"conformance/history",
		"conformance/check",
		"ci",
	],
	"bench/load": ["conformance/client", "spec/load"],
	// Only the tests open pages, with what opens the explanation's, and draw noise; the room's project knows neither.
	"bench/report": ["bench/load", "spec/load", "conformance/client", "conformance/explain"],
	"bench/targets": ["conformance/client", "conformance/drivers", "spec/load", "ci", "bench/load", "bench/report"],
	"bench/compare": ["bench/load", "bench/report", "spec/load"],
	"bench/http": [
		"conformance/client",
		"conformance/drivers",
		"spec/load",
		"bench/load",
		"bench/report",
		"bench/targets",
	],
	"bench/distributed": ["conformance/client", "conformance/drivers", "spec/load", "bench/load"],
	// Tests alone: what manifests say is read as the programs would.
	"bench/deploy": ["spec/load", "reference/runtime", "bench/run"],
	"bench/hosts": ["conformance/client", "conformance/drivers", "spec/load", "ci", "bench/report", "bench/distributed"],
	"bench/run": [
		"conformance/client",
		"conformance/drivers",
		"conformance/runner",
		"spec/load",
		"ci",
		"bench/load",
		"bench/report",
		"bench/targets",
		"bench/compare",
		"bench/http",
		"bench/distributed",
	],
	ci: [
		"spec/load",
		"conformance/client",
		"conformance/scenario",
		"conformance/drivers",
		"conformance/history",
		"conformance/check",
		"conformance/workload",
		"conformance/simulated",
		"conformance/explain",
		"conformance/runner",
		"reference/lib",
		"reference/model",
		"reference/zab",
		"reference/host",
		"reference/runtime",
	],
};

/** Rooms compiled without Node's types: a deterministic machine that time, disk and network enter through ports. */
export const pureRooms: ReadonlySet<string> = new Set([
	"reference/lib",
	"reference/model",
	"reference/wire",
	"reference/tree",
	"reference/log",
	"reference/server",
	"reference/host",
	"reference/zab",
	"reference/sim",
]);

/** `reference/wire/framing.ts` is in the room `reference/wire`; everything under `ci/` is one room. */
export function roomOf(path: string): string {
	const [wing, room] = path.split("/");
	return wing === "ci" ? "ci" : `${wing}/${room}`;
}

/** The project file that a relative specifier names, or undefined for a package. */
export function importedPath(from: string, specifier: string): string | undefined {
	return specifier.startsWith(".") ? posix.normalize(posix.join(posix.dirname(from), specifier)) : undefined;
}

export function isTest(path: string): boolean {
	return path.endsWith(".test.ts") || path.includes("/testing/");
}
