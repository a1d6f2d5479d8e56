import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readWorkload } from "../read-workload.js";
import type { Workload } from "../workload.js";

const head = `zkspec: workload/v1
workload: made-here
title: Made for a test
clauses: []
clients: 3
duration: 2s
sessionTimeout: 4s
parameters: { nodes: 3 }
`;

/** A workload with these keys beside those that every one must have; or, with no other beginning, a whole file. */
export function workloadOf(yaml: string, beginning = head): Workload {
	const folder = mkdtempSync(path.join(tmpdir(), "zkspec-workload-"));
	try {
		const file = path.join(folder, "made-here.yaml");
		writeFileSync(file, beginning + yaml);
		return readWorkload(file);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
