/** How the program ends; the same meaning in all its commands. */
export const exitCodes = {
	ok: 0,
	/** A figure is void, or something failed. */
	failed: 1,
	wrongUse: 2,
	interrupted: 130,
	terminated: 143,
} as const;
