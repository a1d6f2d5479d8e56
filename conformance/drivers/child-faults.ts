/**
 * Loaded into a bundled server before its own program (`node --import`), so that the server itself knows nothing of faults:
 * its disk can be full or slow, and where it connects to can be something else.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import type { ChildOrder } from "./bundled-process.js";

const disk = { full: false, flushMs: 0 };

/** From port to port, of the loopback address. */
const routes = new Map(Object.entries(JSON.parse(process.env.ZKSPEC_ROUTES ?? "{}") as Record<string, number>));

const { connect } = net;
net.connect = ((options: net.TcpNetConnectOpts, ...rest: never[]) =>
	connect({ ...options, port: routes.get(String(options.port)) ?? options.port }, ...rest)) as typeof connect;

const { writeSync, writeFileSync, fsync, fdatasync, fsyncSync } = fs;
fs.writeSync = taken(writeSync);
fs.writeFileSync = taken(writeFileSync);
fs.fsync = later(fsync);
fs.fdatasync = later(fdatasync);
fs.fsyncSync = (fd) => {
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, disk.flushMs);
	fsyncSync(fd);
};
syncBuiltinESMExports();

process.on("message", (order: ChildOrder) => {
	Object.assign(disk, order.disk);
	process.send?.({ done: order.key });
});
// The server ends when it has nothing to do, not when nobody can hurt it any more.
process.channel?.unref();

/** All that a server writes by these is below its data directory: its output goes through streams. */
function taken<Write extends (...args: never[]) => unknown>(write: Write): Write {
	return ((...args: never[]) => {
		if (!disk.full) return write(...args);
		throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC", errno: -28 });
	}) as Write;
}

function later<Flush extends (fd: number, done: fs.NoParamCallback) => void>(flush: Flush): Flush {
	return ((fd: number, done: fs.NoParamCallback) => {
		if (disk.flushMs === 0) flush(fd, done);
		else setTimeout(() => flush(fd, done), disk.flushMs);
	}) as Flush;
}
