import { fourLetterWord } from "../../conformance/drivers/four-letter-word.js";
import { type RealClient, realClients } from "../clients/real-clients.js";
import { maybeDifference } from "../clients/transcript.js";
import { waitFor } from "./bounded-wait.js";
import { Ensemble } from "./ensemble.js";
import type { Kind, Member } from "./member.js";

export interface ClientsOptions {
	readonly subject: Kind;
	readonly witness: Kind;
	readonly say: (line: string) => void;
}

const names = ["zkCli.sh", "cli_mt", "kazoo"];
const reconnectTimeoutMs = 30_000;

/** Real clients print the same on both ensembles, though the follower that serves them is killed midway. */
export async function sameTranscripts({ subject, witness, say }: ClientsOptions): Promise<string[]> {
	const problems: string[] = [];
	const ensembles: Ensemble[] = [];
	try {
		for (const kind of [witness, subject]) ensembles.push(await started(kind));
		for (const client of realClients.filter(({ name }) => names.includes(name))) {
			const reason = client.unavailable();
			if (reason !== undefined) {
				say(`skip ${client.name}: ${reason}`);
				continue;
			}
			const difference = await compare(client, ensembles);
			if (difference !== undefined) problems.push(`${client.name}\n${difference}`);
			say(`${difference === undefined ? "ok  " : "FAIL"} ${client.name}`);
		}
		return problems;
	} finally {
		for (const ensemble of ensembles) await ensemble.remove();
	}
}

const witnessRuns = 3;

/**
 * Apache's leader may answer a write after setACL by the old access list, for a moment after a follower knows the new
 * one: what the witness prints in any of some runs is right.
 */
async function compare(client: RealClient, [witness, subject]: readonly Ensemble[]): Promise<string | undefined> {
	const found = await printed(subject, client);
	let difference: string | undefined;
	for (let run = 0; run < witnessRuns; run++) {
		const another = maybeDifference(await printed(witness, client), found);
		if (another === undefined) return undefined;
		difference ??= another;
	}
	return difference;
}

async function started(kind: Kind): Promise<Ensemble> {
	const ensemble = await Ensemble.create([{ kind }, { kind }, { kind }], { settings: { enforceQuota: "true" } });
	ensemble.startAll();
	await ensemble.serving();
	return ensemble;
}

/** The client knows only the followers: a new leader would begin an epoch, and zxids would not be comparable. */
async function printed(ensemble: Ensemble | undefined, client: RealClient): Promise<string[]> {
	if (ensemble === undefined) return [];
	const leader = await ensemble.leader();
	const followers = ensemble.members.filter((member) => member !== leader);
	const address = followers.map(({ place }) => `127.0.0.1:${place.clientPort}`).join(",");
	const lines = await client.run(address, () => killServing(followers));
	for (const member of followers) if (!member.isRunning) ensemble.start(member);
	await ensemble.serving();
	return lines.filter((line) => !aboutConnections.test(line)).map((line) => withoutPorts(ensemble, line));
}

/** What a client tells of its connections, not of the servers' answers. */
const aboutConnections = /ZOO_(?:ERROR|INFO|WARN)@|state:(?:Disconnected|SyncConnected) type:None|SESSION_EVENT/;

async function killServing(followers: readonly Member[]): Promise<void> {
	const [serving] = await withSession(followers);
	await serving?.kill("SIGKILL");
	await waitFor("the client is connected again", reconnectTimeoutMs, async () => {
		const others = await withSession(followers.filter((member) => member !== serving));
		return others.length > 0 ? true : undefined;
	});
}

/** The members that have a client with a session. */
async function withSession(members: readonly Member[]): Promise<Member[]> {
	const lists = await Promise.all(members.map(({ address }) => fourLetterWord(address, "cons")));
	return members.filter((_, at) => /sid=0x[1-9a-f]/.test(lists[at] ?? ""));
}

function withoutPorts(ensemble: Ensemble, line: string): string {
	return ensemble.members.reduce((text, { id, place }) => {
		const { clientPort, quorumPort, electionPort } = place;
		return text
			.replaceAll(`:${quorumPort}:${electionPort}`, `:<quorum ${id}>:<election ${id}>`)
			.replaceAll(`:${clientPort}`, `:<client ${id}>`);
	}, line);
}
