import type { Address } from "../../conformance/client/connection.js";
import { call, GatewayError } from "./http-call.js";
import { type HttpPlan, nodePath, octets, urlOf } from "./http-plan.js";
import type { HttpValues } from "./http-values.js";
import type { KeyBook, Reply } from "./key-book.js";

/** For a follower to have what the leader has. */
const settleMs = 5000;

/** Makes the nodes at the first gateway, and waits until every gateway shows them. @throws GatewayError */
export async function makeNodes(plan: HttpPlan, values: HttpValues): Promise<void> {
	await removeNodes(plan);
	await make(plan, plan.root, "");
	for (let key = 0; key < plan.connections; key++) await make(plan, `${plan.root}/k${key}`, values.of(key, 0));
	for (const gateway of plan.gateways) {
		const seen = await readUntil(gateway, nodePath(plan, plan.connections - 1), ({ status }) => status === 200);
		if (seen.status !== 200) throw new GatewayError(`${urlOf(gateway)} does not show what was made: ${seen.status}`);
	}
}

/** Also what a run that was killed has left. */
export async function removeNodes({ gateways, root }: HttpPlan): Promise<void> {
	const url = `${urlOf(gateways[0] ?? nowhere)}/znodes/v1${root}`;
	const { status, body } = await call(`${url}?view=children`);
	if (status !== 200) return;
	const { children } = JSON.parse(body) as { readonly children: readonly string[] };
	for (const child of children) await call(`${url}/${child}`, { method: "DELETE" });
	await call(url, { method: "DELETE" });
}

/** Reads every key through every gateway; what was acknowledged has to be there. */
export async function auditNodes(plan: HttpPlan, book: KeyBook): Promise<void> {
	for (const gateway of plan.gateways)
		for (let key = 0; key < plan.connections; key++) {
			const isSettled = ({ tag }: Reply): boolean => book.isSettled(key, Number(tag?.slice(1).split("-")[0]));
			const reply = await readUntil(gateway, nodePath(plan, key), isSettled);
			book.audit(key, book.read(key, reply, 0), urlOf(gateway));
		}
}

async function make({ gateways }: HttpPlan, path: string, body: string): Promise<void> {
	const at = path.lastIndexOf("/");
	const url = `${urlOf(gateways[0] ?? nowhere)}/znodes/v1${path.slice(0, at)}?name=${path.slice(at + 1)}`;
	const { status } = await call(url, { method: "POST", headers: octets, body });
	if (status !== 201) throw new GatewayError(`${path} can not be made: ${status}`);
}

async function readUntil(gateway: Address, path: string, isEnough: (reply: Reply) => boolean): Promise<Reply> {
	const endMs = performance.now() + settleMs;
	for (;;) {
		const reply = await call(urlOf(gateway) + path, { headers: { accept: octets.accept } });
		if (isEnough(reply) || performance.now() > endMs) return reply;
	}
}

const nowhere: Address = { host: "127.0.0.1", port: 0 };
