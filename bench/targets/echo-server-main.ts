import { createServer } from "node:net";
import { frameBytes, requestBytes } from "./echo-frames.js";

const framesMax = 512;
/** The same frame again and again: what an answer of 1 KiB costs when nothing has to be found for it. */
const frames = Buffer.alloc(framesMax * frameBytes);
for (let i = 0; i < framesMax; i++) frames.writeInt32BE(frameBytes - 4, i * frameBytes);

const server = createServer({ noDelay: true }, (socket) => {
	let pending = 0;
	socket.on("data", (chunk) => {
		pending += chunk.length;
		let count = Math.floor(pending / requestBytes);
		pending -= count * requestBytes;
		for (; count > 0; count -= framesMax) socket.write(frames.subarray(0, Math.min(count, framesMax) * frameBytes));
	});
	// "close" follows, and there is nothing to tidy up.
	socket.on("error", () => undefined);
});
server.listen(0, "127.0.0.1", () => process.send?.(server.address()));
process.on("message", () => {
	const { user, system } = process.cpuUsage();
	process.send?.(user + system);
});
process.on("disconnect", () => process.exit());
