import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Control } from "./control.js";

/** A server refuses requests of a mebibyte, path and header included. */
const partBytesMax = 512 * 1024;
const wholeName = "whole";

/** Puts a value of any size at `path`, in as many nodes as it takes; the last one says that all are there. */
export async function sendParcel(control: Control, path: string, value: unknown): Promise<void> {
	const bytes = deflateRawSync(JSON.stringify(value));
	const parts = Math.ceil(bytes.length / partBytesMax);
	await control.create(path);
	for (let part = 0; part < parts; part++) {
		const from = part * partBytesMax;
		await control.create(`${path}/${part}`, bytes.subarray(from, from + partBytesMax));
	}
	await control.create(`${path}/${wholeName}`, `${parts}`);
}

/** The value, or undefined while it is not there as a whole; `Control.until` is woken when it is. */
export async function maybeParcel(control: Control, path: string): Promise<unknown> {
	const parts = await control.maybeText(`${path}/${wholeName}`);
	if (parts === undefined) return undefined;
	const all: Uint8Array[] = [];
	for (let part = 0; part < Number(parts); part++) {
		all.push((await control.maybeData(`${path}/${part}`)) ?? new Uint8Array());
	}
	return JSON.parse(inflateRawSync(Buffer.concat(all)).toString());
}
