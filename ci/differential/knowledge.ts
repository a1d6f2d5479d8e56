import { type Fields, isFields, type Value } from "../../conformance/client/value.js";
import type { Step } from "./program.js";
import type { Heard } from "./witness.js";

/** What the answers so far tell of the tree, so that the next request is not always wrong. */
export class Knowledge {
	/** Nodes with the data version last seen. */
	readonly nodes = new Map<string, number>();
	/** Sessions that never connected (absent), have a connection (true), or lost it (false). */
	readonly connected = new Map<string, boolean>();

	learn(step: Step, heard: Heard): void {
		for (const [name, frames] of Object.entries(heard)) {
			this.connected.set(name, (frames.at(-1) as Fields | undefined)?.kind === "reply");
			for (const frame of frames) if (isFields(frame) && frame.kind === "event") this.#event(frame);
		}
		if (step.action.kind !== "call") return;
		const reply = heard[step.session]?.find((frame) => (frame as Fields).kind === "reply");
		if (reply !== undefined) this.#reply(step.action.operation, step.action.fields, reply as Fields);
	}

	#event({ type, path }: Fields): void {
		if (type === "NodeDeleted") this.nodes.delete(String(path));
		if (type === "NodeCreated" && !String(path).startsWith("/zookeeper")) this.nodes.set(String(path), 0);
	}

	#reply(operation: string, fields: Value, reply: Fields): void {
		if (operation === "multi" || operation === "multiRead") this.#results(fields as Fields, reply);
		else this.#result(operation, fields as Fields, String(reply.error), (reply.body ?? {}) as Fields);
	}

	#results({ ops }: Fields, { body }: Fields): void {
		const results = ((body ?? {}) as Fields).results;
		if (!Array.isArray(results) || results.some((each) => (each as Fields).type === "error")) return;
		for (const [index, op] of (ops as readonly Fields[]).entries()) {
			const [operation = ""] = Object.keys(op);
			this.#result(operation, op[operation] as Fields, "OK", (results[index] ?? {}) as Fields);
		}
	}

	#result(operation: string, fields: Fields, error: string, body: Fields): void {
		if (error !== "OK") {
			if (error === "NONODE" && /^get|^exists|^setData/.test(operation)) this.nodes.delete(String(fields.path));
			return;
		}
		// Apache answers writes below a quota that says nonsense with MARSHALLINGERROR: leave quotas to their own requests.
		if (String(fields.path).startsWith("/zookeeper")) return;
		if (operation.startsWith("create")) this.nodes.set(String(body.path), 0);
		else if (operation === "delete") this.nodes.delete(String(fields.path));
		else if (isFields(body.stat)) this.nodes.set(String(fields.path), Number(body.stat.version));
	}
}
