import type { ServerId } from "../model/ids.js";

export interface Endpoint {
	/** IPv6 without its brackets. */
	readonly host: string;
	readonly port: number;
}

export interface MemberAddress {
	readonly host: string;
	readonly quorumPort: number;
	readonly electionPort: number;
}

/** One server of an ensemble, as its server line describes it. */
export interface Member {
	readonly id: ServerId;
	/** One or more; only the first is used. */
	readonly addresses: readonly [MemberAddress, ...MemberAddress[]];
	readonly role: "participant" | "observer";
	/** Where clients find it, if its line says so. */
	readonly client: Endpoint | undefined;
}

const hostAndPort = /^(\[[^\]]+\]|[^:[\]|;\s]+):(\d{1,5})$/;
const memberAddress = /^(\[[^\]]+\]|[^:[\]|;\s]+):(\d{1,5}):(\d{1,5})$/;
const form = "host:quorumPort:electionPort[:participant|observer][;[clientHost:]clientPort]";

/** The value of a server line; a text says what is wrong with it. */
export function parseMember(id: ServerId, value: string): Member | string {
	const [servers = "", client, ...more] = value.split(";");
	if (more.length > 0) return `"${value}": a second client port (TLS) is not supported`;
	const addresses: MemberAddress[] = [];
	let role: Member["role"] = "participant";
	for (const text of servers.split("|")) {
		const { address, named } = parseAddress(text.trim());
		if (address === undefined) return `"${value}" is not ${form}`;
		addresses.push(address);
		role = named ?? role;
	}
	const clientEndpoint = client === undefined ? undefined : parseClient(client.trim());
	if (client !== undefined && clientEndpoint === undefined) return `"${client}" is not [clientHost:]clientPort`;
	// split() returns one text or more, and each has given one address.
	return { id, addresses: addresses as [MemberAddress, ...MemberAddress[]], role, client: clientEndpoint };
}

/** The value of the server line as Apache prints it. */
export function describeMember({ addresses, role, client }: Member): string {
	const sorted = [...addresses].sort((a, b) => (a.host < b.host ? -1 : Number(a.host > b.host)));
	const texts = sorted.map((one) => `${bracketed(one.host)}:${one.quorumPort}:${one.electionPort}`);
	return `${texts.join("|")}:${role}${client === undefined ? "" : `;${bracketed(client.host)}:${client.port}`}`;
}

/** host:port, with brackets where colons would confuse. */
export const describeEndpoint = (host: string, port: number): string => `${bracketed(host)}:${port}`;

/** The other way round. */
export function maybeEndpoint(text: string): Endpoint | undefined {
	const [, host = "", port] = hostAndPort.exec(text) ?? [];
	const number = maybePort(port);
	return number === undefined ? undefined : { host: unbracketed(host), port: number };
}

function parseAddress(text: string): { address?: MemberAddress; named?: Member["role"] } {
	const role = /:(participant|observer)$/i.exec(text);
	const rest = role === null ? text : text.slice(0, role.index);
	const [, host = "", quorum, election] = memberAddress.exec(rest) ?? [];
	const quorumPort = maybePort(quorum);
	const electionPort = maybePort(election);
	if (quorumPort === undefined || electionPort === undefined) return {};
	const named = role === null ? {} : { named: role[1]?.toLowerCase() as Member["role"] };
	return { address: { host: unbracketed(host), quorumPort, electionPort }, ...named };
}

function parseClient(text: string): Endpoint | undefined {
	const [, host = "", port] = hostAndPort.exec(text) ?? [
		undefined,
		"0.0.0.0",
		/^\d{1,5}$/.test(text) ? text : undefined,
	];
	const number = maybePort(port);
	return number === undefined ? undefined : { host: unbracketed(host), port: number };
}

function maybePort(text: string | undefined): number | undefined {
	const port = Number(text);
	return text !== undefined && port <= 65535 ? port : undefined;
}

const bracketed = (host: string): string => (host.includes(":") ? `[${host}]` : host);
const unbracketed = (host: string): string => host.replace(/^\[(.*)\]$/, "$1");
