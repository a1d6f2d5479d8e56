import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Address } from "../../conformance/client/connection.js";
import { findFreePorts } from "../../conformance/drivers/free-ports.js";
import { MemberLinks } from "../../conformance/drivers/member-links.js";
import { makeTemporaryFolder, type TemporaryFolder } from "../../conformance/drivers/temporary-folder.js";
import { waitFor } from "./bounded-wait.js";
import { type Kind, Member, type Role } from "./member.js";
import type { MemberHost } from "./namespaces.js";

export interface MemberWish {
	readonly kind: Kind;
	readonly role?: Role;
}

export interface EnsembleOptions {
	readonly settings?: Settings;
	/** Java's own options. */
	readonly java?: readonly string[];
	/** Connections between members can be held: each member's zoo.cfg names other ports for the others. */
	readonly parted?: boolean;
	/** The folder of another build of the project, if it is that one's servers that "ours" means. */
	readonly build?: string;
	/** Where each of them runs, if not all on the loopback address. */
	readonly hosts?: readonly MemberHost[];
}

const loopback: MemberHost = { host: "127.0.0.1", prefix: [] };

export type Settings = Readonly<Record<string, string>>;

/** A server starts in about two seconds of Java, several at once on few cores in more. */
const servingTimeoutMs = 60_000;

const superDigest = createHash("sha1").update("super:zkspec").digest("base64");

/** Keys that both kinds know: Apache takes those that it does not parse itself as properties. */
const commonSettings: Settings = {
	tickTime: "2000",
	initLimit: "10",
	syncLimit: "5",
	maxClientCnxns: "0",
	preAllocSize: "1024",
	"4lw.commands.whitelist": "*",
	"admin.enableServer": "false",
	extendedTypesEnabled: "true",
	"DigestAuthenticationProvider.superDigest": `super:${superDigest}`,
};

/** Servers with ids from 1 on, each a process of Apache's or of ours. */
export class Ensemble {
	readonly members: readonly Member[];
	/** What is between the members, if that can be parted. */
	readonly links: MemberLinks | undefined;
	readonly #folder: TemporaryFolder;
	readonly #java: readonly string[] | undefined;
	/** Beside or instead of the common ones; a change reaches a member when it starts. */
	settings: Settings;
	/** Leaves the files when the processes end, for who wants to look. */
	keep = false;

	/** Makes the folders and takes the ports; nothing runs yet. */
	static async create(wishes: readonly MemberWish[], options: EnsembleOptions = {}): Promise<Ensemble> {
		const folder = makeTemporaryFolder("zkspec-ensemble");
		const ports = await findFreePorts(3 * wishes.length);
		const members = wishes.map(({ kind, role = "participant" }, at) => {
			const [clientPort = 0, quorumPort = 0, electionPort = 0] = ports.slice(3 * at, 3 * at + 3);
			const id = at + 1;
			const ownPorts = { clientPort, quorumPort, electionPort };
			const { host, prefix } = options.hosts?.[at] ?? loopback;
			const place = { id, role, host, prefix, ...ownPorts, folder: join(folder.path, `${id}`) };
			return new Member(place, kind, options.build);
		});
		return new Ensemble(folder, members, options.parted ? await linksOf(members) : undefined, options);
	}

	private constructor(
		folder: TemporaryFolder,
		members: readonly Member[],
		links: MemberLinks | undefined,
		{ settings = {}, java }: EnsembleOptions,
	) {
		this.#folder = folder;
		this.members = members;
		this.links = links;
		this.settings = settings;
		this.#java = java;
	}

	/** Where all that they write goes. */
	get folder(): string {
		return this.#folder.path;
	}

	get addresses(): readonly Address[] {
		return this.members.map(({ address }) => address);
	}

	get voters(): readonly Member[] {
		return this.members.filter(({ place }) => place.role === "participant");
	}

	member(id: number): Member {
		const found = this.members.find((member) => member.id === id);
		if (found === undefined) throw new Error(`no server ${id}`);
		return found;
	}

	/** Starts a member that is down, perhaps as another kind. */
	start(member: Member, kind: Kind = member.kind): void {
		member.kind = kind;
		member.start(this.#configuration(member), this.#java);
	}

	startAll(): void {
		for (const member of this.members) if (!member.isRunning) this.start(member);
	}

	/** Waits until each of these serves clients. */
	async serving(members: readonly Member[] = this.members): Promise<void> {
		for (const member of members) {
			await waitFor(
				`${member.name} serves`,
				servingTimeoutMs,
				async () => {
					if (member.ending !== undefined) throw new MemberEndedError(member);
					return (await member.status()) === undefined ? undefined : true;
				},
				async () => tail(member),
			);
		}
	}

	/** The member that says it leads, when there is one. */
	async maybeLeader(): Promise<Member | undefined> {
		const statuses = await Promise.all(this.voters.map((member) => member.status()));
		return this.voters.find((_, at) => statuses[at]?.mode === "leader");
	}

	async leader(): Promise<Member> {
		return waitFor("a leader serves", servingTimeoutMs, () => this.maybeLeader());
	}

	/** Ends all processes and removes their files, or gives the folder when they are kept. */
	async remove(): Promise<string | undefined> {
		await Promise.all(this.members.map((member) => member.kill("SIGKILL")));
		this.links?.close();
		if (!this.keep) this.#folder.remove();
		else this.#folder.keep();
		return this.keep ? this.#folder.path : undefined;
	}

	#configuration({ place }: Member): Settings {
		const routes = this.links?.routesOf(place.id);
		const servers = this.members.map(({ place: { id, host, quorumPort, electionPort, role } }) => {
			const [quorum, election] = [quorumPort, electionPort].map((port) => routes?.get(port) ?? port);
			return [`server.${id}`, `${host}:${quorum}:${election}:${role}`];
		});
		return {
			...commonSettings,
			dataDir: join(place.folder, "data"),
			clientPort: String(place.clientPort),
			clientPortAddress: place.host,
			...(place.role === "observer" ? { peerType: "observer" } : {}),
			...Object.fromEntries(servers),
			...this.settings,
		};
	}
}

/** A server that should run ended by itself. */
export class MemberEndedError extends Error {
	override readonly name = "MemberEndedError";

	constructor(member: Member) {
		super(`${member.name} ended with ${member.ending}: ${tail(member)}`);
	}
}

function linksOf(members: readonly Member[]): Promise<MemberLinks> {
	const ports = members.map(({ place: { id, quorumPort: quorum, electionPort: election } }) => ({
		id,
		quorum,
		election,
	}));
	return MemberLinks.open(ports, "rewritten");
}

/** What it said last. */
export function tail(member: Member): string {
	return member.log().trimEnd().split("\n").slice(-8).join("\n");
}
