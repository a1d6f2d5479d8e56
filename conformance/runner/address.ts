import type { Address } from "../client/connection.js";
import { UsageError } from "./exit-code.js";

/** The port of a server that does not name one. */
const standardPort = 2181;

/**
 * Reads `host:port[,host:port…]`; an IPv6 address stands in brackets.
 * @throws UsageError naming the part that is wrong
 */
export const parseAddresses = addressesOf("--target");

/** `parseAddresses` of another option, which is named when something is wrong. */
export function addressesOf(option: string): (text: string) => readonly Address[] {
	return (text) => text.split(",").map((part) => parseAddress(option, part.trim()));
}

function parseAddress(option: string, text: string): Address {
	const match = /^(?:\[(?<six>[0-9a-fA-F:.]+)\]|(?<host>[^:[\]\s/]+))(?::(?<port>\d+))?$/.exec(text);
	const host = match?.groups?.six ?? match?.groups?.host;
	const port = Number(match?.groups?.port ?? standardPort);
	if (host === undefined) throw new UsageError(`${option} "${text}": expected host:port[,host:port...]`);
	if (port < 1 || port > 65535) throw new UsageError(`${option} "${text}": a port is a number from 1 to 65535`);
	return { host, port };
}

export function describeAddress({ host, port }: Address): string {
	return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
