import { counterOf, describeZxid, epochOf } from "../model/ids.js";
import type { LearnerStatus } from "../zab/contract.js";
import { describeEndpoint, type Member } from "../zab/member.js";
import type { EnsembleView } from "./ensemble-view.js";
import type { Insight } from "./four-letter-words.js";
import type { Json } from "./json-text.js";
import { startZxid } from "./role.js";

type Facts = Readonly<Record<string, Json>>;

export function leaderFacts({ status }: EnsembleView): Facts {
	const leader = status.leader === undefined ? undefined : status.config.members.get(status.leader);
	return {
		is_leader: status.state === "leading",
		leader_id: status.leader ?? -1,
		leader_ip: leader?.addresses[0].host ?? "",
	};
}

export function observerFacts(view: EnsembleView | undefined): Facts {
	const observers = view?.status.learners.filter(({ role }) => role === "observer") ?? [];
	return {
		synced_observers: observers.filter(({ synced }) => synced).length,
		observers: observers.map(observerFact),
	};
}

function observerFact({ id, address, ackedZxid, queuedBytes }: LearnerStatus): Facts {
	return {
		remote_socket_address: address,
		sid: id,
		queued_packets_size: queuedBytes,
		last_zxid: describeZxid(ackedZxid),
	};
}

export function votingView({ status }: EnsembleView): Facts {
	const voters = [...status.config.members.values()].filter(({ role }) => role === "participant");
	return { current_config: Object.fromEntries(voters.map((member) => [String(member.id), memberFacts(member)])) };
}

function memberFacts({ addresses, client, role }: Member): Facts {
	return {
		server_addresses: addresses.map(({ host, quorumPort }) => describeEndpoint(host, quorumPort)),
		election_addresses: addresses.map(({ host, electionPort }) => describeEndpoint(host, electionPort)),
		client_address: client === undefined ? "" : describeEndpoint(client.host, client.port),
		learner_type: role,
	};
}

export function zabState({ ownId, status }: EnsembleView, { role, tree }: Insight): Facts {
	const own = status.config.members.get(ownId);
	const zxid = startZxid(role, tree);
	return {
		myid: ownId,
		is_leader: status.state === "leading",
		quorum_address: addressFacts(own?.addresses.map(({ host, quorumPort }) => [host, quorumPort]) ?? []),
		election_address: addressFacts(own?.addresses.map(({ host, electionPort }) => [host, electionPort]) ?? []),
		client_address: own?.client === undefined ? "" : describeEndpoint(own.client.host, own.client.port),
		voting: own?.role === "participant",
		last_zxid: describeZxid(zxid),
		zab_epoch: epochOf(zxid),
		zab_counter: counterOf(zxid),
		zabstate: status.serving ? "broadcast" : "synchronization",
	};
}

/** What Apache's class for several addresses of one server looks like; none is ever tried for being reachable. */
function addressFacts(endpoints: readonly (readonly [host: string, port: number])[]): Facts {
	const all = endpoints.map(([host, port]) => describeEndpoint(host, port));
	const one = all[0] ?? "";
	return {
		empty: all.length === 0,
		all_addresses: all,
		all_reachable_addresses: all,
		one,
		reachable_address: one,
		wildcard_addresses: endpoints.map(([, port]) => describeEndpoint("0.0.0.0", port)),
		all_ports: endpoints.map(([, port]) => port),
		all_host_strings: endpoints.map(([host]) => host),
		all_reachable_addresses_or_all: all,
		reachable_or_one: one,
	};
}
