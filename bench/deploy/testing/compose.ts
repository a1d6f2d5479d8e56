import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { type Deployment, documentsOf } from "./deployment.js";

interface Service {
	readonly image: string;
	readonly hostname?: string;
	readonly entrypoint?: readonly string[];
	readonly command?: readonly string[];
	readonly healthcheck?: { readonly test: readonly string[] };
	readonly volumes?: readonly string[];
	readonly deploy?: { readonly replicas: number };
	readonly depends_on?: Readonly<Record<string, unknown>>;
}

const clientPort = 2181;

/** @throws Error for services that depend on what there is not */
export function composeDeployment(folder: string): Deployment {
	const [file] = documentsOf<{ readonly services: Readonly<Record<string, Service>> }>(
		path.join(folder, "compose.yaml"),
	);
	const services = Object.entries(file?.services ?? {});
	for (const [name, { depends_on = {} }] of services)
		for (const other of Object.keys(depends_on))
			if (file?.services[other] === undefined) throw new Error(`${name} depends on ${other}, which is not there`);
	const servers = services.filter(([, { hostname }]) => hostname !== undefined);
	const coordinator = file?.services.coordinator;
	const worker = file?.services.worker;
	return {
		name: "compose.yaml",
		runs: [
			{
				name: "the run",
				worker: worker?.command ?? [],
				workers: worker?.deploy?.replicas ?? 1,
				coordinator: coordinator?.command ?? [],
				writes: (coordinator?.volumes ?? []).map(targetOf),
			},
		],
		ensembles: [
			{
				name: "the bundled servers",
				settings: readFileSync(path.join(folder, "zoo.cfg"), "utf8"),
				members: servers.map(([name]) => ({ host: name, clientPort, openPorts: undefined })),
			},
		],
		controls: services
			.filter(([, { image }]) => image.startsWith("zookeeper:"))
			.map(([name]) => `${name}:${clientPort}`),
		commands: services.flatMap(([, { entrypoint = [], command = [], healthcheck }]) => [
			[...entrypoint, ...command],
			...(healthcheck === undefined ? [] : [healthcheck.test.slice(1)]),
		]),
		mounts: services.flatMap(([, { volumes = [] }]) =>
			volumes.map((volume) => ({ name: volume, declared: isThere(folder, volume) })),
		),
	};
}

/** Of `source:target[:ro]`. */
function targetOf(volume: string): string {
	return volume.split(":")[1] ?? "";
}

/** What is read has to be there; a folder that is written is made. */
function isThere(folder: string, volume: string): boolean {
	return !volume.endsWith(":ro") || existsSync(path.join(folder, volume.split(":")[0] ?? ""));
}
