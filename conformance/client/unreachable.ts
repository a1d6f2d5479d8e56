/** The end of every switch over a union: a new member is a compile error here. */
export function unreachable(value: never): never {
	throw new Error(`unreachable: ${String(value)}`);
}
