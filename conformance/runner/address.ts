import type { Address } from "../client/connection.js";
import { UsageError } from "./exit-code.js";

/** The port of a server that does not name one. */
const standardPort = 2181;

/**
 * Reads `host:port[,host:port…]`; an IPv6 address stands in brackets.
 * @throws UsageError naming the part that is wrong
 */
export function parseAddresses(text: string): readonly Address[] {
	return text.split(",").map((part) => parseAddress(part.trim()));
}

function parseAddress(text: string): Address {
	const match = /^(?:\[(?<six>[0-9a-fA-F:.]+)\]|(?<host>[^:[\]\s/]+))(?::(?<port>\d+))?$/.exec(text);
	const host = match?.groups?.six ?? match?.groups?.host;
	const port = Number(match?.groups?.port ?? standardPort);
	if (host === undefined) throw new UsageError(`--target "${text}": expected host:port[,host:port...]`);
	if (port < 1 || port > 65535) throw new UsageError(`--target "${text}": a port is a number from 1 to 65535`);
	return { host, port };
}

export function describeAddress({ host, port }: Address): string {
	return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
