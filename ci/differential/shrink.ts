/**
 * Leaves out parts of a list while it keeps failing, from halves down to single items, until no single item can be left
 * out any more or `isOver` says that it is enough.
 */
export async function shrink<T>(
	items: readonly T[],
	stillFails: (fewer: readonly T[]) => Promise<boolean>,
	isOver: () => boolean,
): Promise<readonly T[]> {
	let kept = items;
	let size = Math.ceil(kept.length / 2);
	while (size >= 1 && !isOver()) {
		const before = kept.length;
		kept = await withoutParts(kept, size, stillFails, isOver);
		if (size === 1 && kept.length === before) break;
		size = size === 1 ? 1 : Math.ceil(size / 2);
	}
	return kept;
}

async function withoutParts<T>(
	items: readonly T[],
	size: number,
	stillFails: (fewer: readonly T[]) => Promise<boolean>,
	isOver: () => boolean,
): Promise<readonly T[]> {
	let kept = items;
	// From the end, because what came first is more often needed by what follows.
	for (let end = kept.length; end > 0 && !isOver(); end -= size) {
		const fewer = [...kept.slice(0, Math.max(0, end - size)), ...kept.slice(end)];
		if (await stillFails(fewer)) kept = fewer;
	}
	return kept;
}
