import type { Connection } from "./connection.js";
import type { Watches } from "./watches.js";

// All three tell about watches of data only, as Apache does; `mntr` counts those of children as well.

export function wchsText({ data }: Watches<Connection>): string {
	return `${data.watcherCount} connections watching ${data.pathCount} paths\nTotal watches:${data.count}\n`;
}

export function wchcText({ data }: Watches<Connection>): string {
	let text = "";
	for (const [connection, paths] of data.byWatcher()) {
		text += `${sessionText(connection)}\n`;
		for (const path of paths) text += `\t${path}\n`;
	}
	return `${text}\n`;
}

export function wchpText({ data }: Watches<Connection>): string {
	let text = "";
	for (const [path, watchers] of data.byPath()) {
		text += `${path}\n`;
		for (const connection of watchers) text += `\t${sessionText(connection)}\n`;
	}
	return `${text}\n`;
}

function sessionText({ session }: Connection): string {
	return `0x${BigInt.asUintN(64, session?.id ?? 0n).toString(16)}`;
}
