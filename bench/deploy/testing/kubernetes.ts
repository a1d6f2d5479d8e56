import { readdirSync } from "node:fs";
import path from "node:path";
import { type Deployment, documentsOf, type Ensemble, imageZooCfg, type Run, type ServerPlace } from "./deployment.js";

interface Container {
	readonly name: string;
	readonly image: string;
	readonly command?: readonly string[];
	readonly args?: readonly string[];
	readonly env?: readonly { readonly name: string; readonly value: string }[];
	readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
	readonly startupProbe?: { readonly exec: { readonly command: readonly string[] } };
	readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

interface Volume {
	readonly name: string;
	readonly configMap?: { readonly name: string };
	readonly persistentVolumeClaim?: { readonly claimName: string };
}

interface Manifest {
	readonly kind: "Service" | "StatefulSet" | "Job" | "ConfigMap" | "PersistentVolumeClaim";
	readonly metadata: { readonly name: string };
	readonly data?: Readonly<Record<string, string>>;
	readonly spec: {
		readonly serviceName?: string;
		readonly replicas?: number;
		readonly completions?: number;
		readonly parallelism?: number;
		readonly selector?: Readonly<Record<string, unknown>>;
		readonly ports?: readonly { readonly name: string; readonly port: number }[];
		readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
		readonly template: {
			readonly metadata: { readonly labels: Readonly<Record<string, string>> };
			readonly spec: { readonly containers: readonly [Container]; readonly volumes?: readonly Volume[] };
		};
	};
}

/** @throws Error for parts that name what there is not */
export function kubernetesDeployment(folder: string): Deployment {
	const all = readdirSync(folder).flatMap((file) => documentsOf<Manifest>(path.join(folder, file)));
	const sets = all.filter(({ kind }) => kind === "StatefulSet");
	const jobs = all.filter(({ kind }) => kind === "Job");
	for (const set of sets) checkService(set, all);
	return {
		name: "kubernetes/",
		runs: jobs.filter(({ metadata }) => !metadata.name.endsWith("-workers")).map((job) => runOf(job, jobs)),
		ensembles: sets.filter(({ spec }) => spec.replicas !== 1).map((set) => ensembleOf(set, all)),
		controls: sets
			.filter(({ spec }) => spec.replicas === 1)
			.map((set) => `${set.spec.serviceName}:${clientPortOf(set)}`),
		commands: [...sets, ...jobs].flatMap((each) => commandsOf(containerOf(each))),
		mounts: [...sets, ...jobs].flatMap((each) => mountsOf(each, all)),
	};
}

function mustFind(all: readonly Manifest[], kind: Manifest["kind"], name: string | undefined): Manifest {
	const found = all.find((each) => each.kind === kind && each.metadata.name === name);
	if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
	return found;
}

function checkService(set: Manifest, all: readonly Manifest[]): void {
	const { selector, ports = [] } = mustFind(all, "Service", set.spec.serviceName).spec;
	const { labels } = set.spec.template.metadata;
	const chosen = [selector, set.spec.selector?.matchLabels].map((each) => JSON.stringify(each));
	if (chosen.some((each) => each !== JSON.stringify(labels)))
		throw new Error(`${set.metadata.name} is not what is selected`);
	for (const { name, port } of ports)
		if (containerOf(set).ports?.find((each) => each.name === name)?.containerPort !== port)
			throw new Error(`${set.metadata.name} has no port ${name} ${port}`);
}

function runOf(job: Manifest, jobs: readonly Manifest[]): Run {
	const workers = mustFind(jobs, "Job", `${job.metadata.name}-workers`);
	const { completions = 1, parallelism = 1 } = workers.spec;
	if (completions !== parallelism) throw new Error(`the workers of ${job.metadata.name} do not all run at once`);
	const { volumes = [] } = job.spec.template.spec;
	const mounts = containerOf(job).volumeMounts ?? [];
	const kept = volumes
		.filter(({ persistentVolumeClaim }) => persistentVolumeClaim !== undefined)
		.map(({ name }) => name);
	return {
		name: job.metadata.name,
		worker: commandOf(containerOf(workers)),
		workers: completions,
		coordinator: commandOf(containerOf(job)),
		writes: mounts.filter(({ name }) => kept.includes(name)).map(({ mountPath }) => mountPath),
	};
}

function ensembleOf(set: Manifest, all: readonly Manifest[]): Ensemble {
	const { metadata, spec } = set;
	const container = containerOf(set);
	const environment = Object.fromEntries((container.env ?? []).map(({ name, value }) => [name, value]));
	const map = spec.template.spec.volumes?.find(({ configMap }) => configMap !== undefined)?.configMap?.name;
	const settings = map === undefined ? imageZooCfg(environment) : mustFind(all, "ConfigMap", map).data?.["zoo.cfg"];
	const members = Array.from({ length: spec.replicas ?? 1 }, (_, at): ServerPlace => {
		const openPorts = container.ports?.map(({ containerPort }) => containerPort);
		return { host: `${metadata.name}-${at}.${spec.serviceName}`, clientPort: clientPortOf(set), openPorts };
	});
	return { name: metadata.name, settings: settings ?? "", members };
}

function mountsOf({ metadata, spec }: Manifest, all: readonly Manifest[]): Deployment["mounts"] {
	const { volumes = [] } = spec.template.spec;
	for (const { configMap, persistentVolumeClaim } of volumes) {
		if (configMap !== undefined) mustFind(all, "ConfigMap", configMap.name);
		if (persistentVolumeClaim !== undefined) mustFind(all, "PersistentVolumeClaim", persistentVolumeClaim.claimName);
	}
	const templates = spec.volumeClaimTemplates ?? [];
	const declared = [...volumes.map(({ name }) => name), ...templates.map((template) => template.metadata.name)];
	const mounts = spec.template.spec.containers[0].volumeMounts ?? [];
	return mounts.map(({ name }) => ({ name: `${metadata.name}: ${name}`, declared: declared.includes(name) }));
}

function clientPortOf(set: Manifest): number {
	const found = containerOf(set).ports?.find(({ name }) => name === "client");
	if (found === undefined) throw new Error(`${set.metadata.name} has no port for clients`);
	return found.containerPort;
}

function containerOf({ spec }: Manifest): Container {
	return spec.template.spec.containers[0];
}

function commandOf({ command = [], args = [] }: Container): readonly string[] {
	return [...command, ...args];
}

function commandsOf(container: Container): readonly (readonly string[])[] {
	const { startupProbe } = container;
	return [commandOf(container), ...(startupProbe === undefined ? [] : [startupProbe.exec.command])];
}
