/** A programmer error: the process must not go on. */
class AssertionError extends Error {
	override readonly name = "AssertionError";
}

/** Stops on a broken invariant; `message` says which. */
export function assert(condition: boolean, message: string): asserts condition {
	if (!condition) throw new AssertionError(message);
}

/** The end of every switch over a union: a new member is a compile error here. */
export function unreachable(value: never): never {
	throw new AssertionError(`unreachable: ${String(value)}`);
}
