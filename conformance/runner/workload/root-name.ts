/** A node that is nobody else's, as the suite's own are called. */
export function randomRoot(): string {
	const name = Math.floor(Math.random() * 36 ** 6).toString(36);
	return `/zkspec-${name.padStart(6, "0")}`;
}
