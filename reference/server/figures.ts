/** How long requests took, in whole ms. */
class Latencies {
	#count = 0;
	#totalMs = 0;
	#minMs = Number.MAX_SAFE_INTEGER;
	#maxMs = 0;

	get minMs(): number {
		return this.#count === 0 ? 0 : this.#minMs;
	}

	get maxMs(): number {
		return this.#maxMs;
	}

	/** Rounded to four places, as Apache prints it. */
	get averageMs(): number {
		return this.#count === 0 ? 0 : Math.round((this.#totalMs / this.#count) * 10_000) / 10_000;
	}

	add(latencyMs: number): void {
		this.#count++;
		this.#totalMs += latencyMs;
		if (latencyMs < this.#minMs) this.#minMs = latencyMs;
		if (latencyMs > this.#maxMs) this.#maxMs = latencyMs;
	}

	reset(): void {
		this.#count = 0;
		this.#totalMs = 0;
		this.#minMs = Number.MAX_SAFE_INTEGER;
		this.#maxMs = 0;
	}
}

/** How large replies were; −1 while there has been none. */
class ResponseSizes {
	lastBytes = -1;
	minBytes = -1;
	maxBytes = -1;

	add(bytes: number): void {
		this.lastBytes = bytes;
		if (bytes > this.maxBytes) this.maxBytes = bytes;
		if (bytes < this.minBytes || this.minBytes === -1) this.minBytes = bytes;
	}

	reset(): void {
		this.lastBytes = -1;
		this.minBytes = -1;
		this.maxBytes = -1;
	}
}

/** What the server as a whole counts; the four-letter words print it. */
export class Figures {
	readonly latencies = new Latencies();
	readonly responses = new ResponseSizes();
	/** What `stmk` sets and `gtmk` tells; nothing here is traced by it. */
	traceMask = 306n;
	received = 0;
	sent = 0;
	authFailures = 0;
	rejectedConnections = 0;
	connectionRequests = 0;
	sessionlessExpired = 0;
	staleSessionsExpired = 0;

	/** What `srst` sets back. */
	reset(): void {
		this.latencies.reset();
		this.responses.reset();
		this.received = 0;
		this.sent = 0;
		this.authFailures = 0;
	}
}

/** What one connection counts; `cons` prints it. */
export class ConnectionFigures {
	readonly latencies = new Latencies();
	received = 0;
	sent = 0;
	lastOpcode: number | null = null;
	lastXid = 0;
	lastZxid = 0;
	lastResponseMs = 0;
	lastLatencyMs = 0;

	reset(): void {
		this.latencies.reset();
		this.received = 0;
		this.sent = 0;
		this.lastOpcode = null;
		this.lastXid = 0;
		this.lastZxid = 0;
		this.lastResponseMs = 0;
		this.lastLatencyMs = 0;
	}

	replied(opcode: number, xid: number, zxid: number, nowMs: number, latencyMs: number): void {
		this.latencies.add(latencyMs);
		this.lastOpcode = opcode;
		this.lastXid = xid;
		this.lastZxid = zxid;
		this.lastResponseMs = nowMs;
		this.lastLatencyMs = latencyMs;
	}
}
