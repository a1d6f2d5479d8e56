import { type Disk, DiskError } from "../../reference/host/disk.js";

/** A disk that is as fast as can be: it counts bytes, and whoever uses it says when it has flushed. */
export class NoDisk implements Disk {
	bytes = 0;
	/** What was appended last; a copy, because the writer's buffer is used again. */
	last = new Uint8Array();
	/** Of the last flush that was asked for. */
	ticket = 0;

	list(): readonly string[] {
		return [];
	}

	source(file: string): never {
		throw new DiskError(`there is no ${file}`);
	}

	append(_file: string, bytes: Uint8Array): void {
		this.bytes += bytes.length;
		this.last = bytes.slice();
	}

	flush(ticket: number): void {
		this.ticket = ticket;
	}

	create(): void {}
	extend(): void {}
	finish(): void {}
	truncate(): void {}
	rename(): void {}
	remove(): void {}
}
