const top = "/zkspec-bench";

/** Where a run's nodes are on the control ZooKeeper; a name is one element of a path. */
export interface RunNodes {
	/** From the outermost to the run's own. */
	readonly parents: readonly string[];
	readonly root: string;
	/** Ephemeral, the coordinator's; its data is a `Word`. Who has it is the only coordinator. */
	readonly coordinator: string;
	/** Ephemeral sequentials, one a worker; its data is a `WorkerCard`. */
	readonly workers: string;
	readonly rounds: string;
}

/** One measurement: an `Order`, a double barrier, and what each worker brought. */
export interface RoundNodes {
	readonly root: string;
	readonly barrier: string;
	readonly outcomes: string;
}

export function runNodes(name: string): RunNodes {
	const root = `${top}/${name}`;
	return {
		parents: [top, root],
		root,
		coordinator: `${root}/coordinator`,
		workers: `${root}/workers`,
		rounds: `${root}/rounds`,
	};
}

export function roundNodes({ rounds }: RunNodes, number: number): RoundNodes {
	const root = `${rounds}/${String(number).padStart(6, "0")}`;
	return { root, barrier: `${root}/barrier`, outcomes: `${root}/outcomes` };
}
