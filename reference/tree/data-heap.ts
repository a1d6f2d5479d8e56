const unitBytes = 16;
/** An address is this times the number of a page, and the unit in it. */
const pageUnits = 1 << 16;
const firstPageUnits = 1 << 8;
/** Larger data have a page of their own. */
const slotUnitsMax = 1 << 12;
/** Up to here there are slots of every size; beyond, eight sizes from each power of two to the next. */
const exactUnitsMax = 64;

const nothing = new Uint8Array();

/**
 * Keeps the data of all nodes in a few large pages. A buffer for each would cost more than most data do (some 300 bytes of
 * objects beside it), be made and collected with every write, and hurry the collector, who counts such memory.
 *
 * 1. Whoever has an address gives it back once, with the length that it was got for, and does not look there again.
 * 2. A slot stays as large as it was made. Pages are not given back: what was needed once will be needed again.
 */
export class DataHeap {
	readonly #pages: Uint8Array[] = [];
	readonly #freeSlots = new Map<number, number[]>();
	readonly #freePages: number[] = [];
	/** Where the rest of the newest shared page begins, and how much is left there. */
	#next = 0;
	#leftUnits = 0;
	#sharedUnits = firstPageUnits;

	/** Copies the bytes. @returns their address */
	keep(bytes: Uint8Array): number {
		const units = slotUnits(bytes.length);
		const address = this.#freeSlots.get(units)?.pop() ?? this.#take(units);
		this.#pageAt(address).set(bytes, offsetOf(address));
		return address;
	}

	/** Puts other bytes in the place of those at an address. @returns where they are */
	replace(address: number, lengthBytes: number, bytes: Uint8Array): number {
		if (slotUnits(lengthBytes) === slotUnits(bytes.length)) {
			this.#pageAt(address).set(bytes, offsetOf(address));
			return address;
		}
		// The new ones may lie where the old ones do.
		const moved = this.keep(bytes);
		this.release(address, lengthBytes);
		return moved;
	}

	/** A view, good until the address is given back or its bytes are replaced. */
	view(address: number, lengthBytes: number): Uint8Array {
		const at = offsetOf(address);
		return this.#pageAt(address).subarray(at, at + lengthBytes);
	}

	release(address: number, lengthBytes: number): void {
		const units = slotUnits(lengthBytes);
		if (units > slotUnitsMax) {
			const page = pageOf(address);
			this.#pages[page] = nothing;
			this.#freePages.push(page);
			return;
		}
		const slots = this.#freeSlots.get(units);
		if (slots === undefined) this.#freeSlots.set(units, [address]);
		else slots.push(address);
	}

	#pageAt(address: number): Uint8Array {
		return this.#pages[pageOf(address)] as Uint8Array;
	}

	#take(units: number): number {
		if (units > slotUnitsMax) return this.#addPage(units);
		if (units > this.#leftUnits) this.#addSharedPage(units);
		const address = this.#next;
		this.#next += units;
		this.#leftUnits -= units;
		return address;
	}

	/** The first ones are small: there are trees of a few nodes. What is left of the one before becomes a slot. */
	#addSharedPage(neededUnits: number): void {
		if (this.#leftUnits > 0) this.release(this.#next, slotUnitsWithin(this.#leftUnits) * unitBytes);
		this.#leftUnits = Math.max(this.#sharedUnits, neededUnits);
		this.#next = this.#addPage(this.#leftUnits);
		this.#sharedUnits = Math.min(2 * this.#sharedUnits, pageUnits);
	}

	#addPage(units: number): number {
		const page = this.#freePages.pop() ?? this.#pages.length;
		this.#pages[page] = new Uint8Array(units * unitBytes);
		return page * pageUnits;
	}
}

function slotUnits(lengthBytes: number): number {
	const units = Math.max(1, Math.ceil(lengthBytes / unitBytes));
	const step = stepAt(units);
	return Math.ceil(units / step) * step;
}

/** The largest slot that has room there. */
function slotUnitsWithin(units: number): number {
	const step = stepAt(units);
	return Math.floor(units / step) * step;
}

function stepAt(units: number): number {
	return units <= exactUnitsMax ? 1 : 1 << (28 - Math.clz32(units));
}

const pageOf = (address: number): number => Math.floor(address / pageUnits);
const offsetOf = (address: number): number => (address % pageUnits) * unitBytes;
