/** How the program ends; the same meaning in all its commands. Interrupts have the numbers of the suite's. */
export const exitCodes = {
	ok: 0,
	/** A figure is void, or something failed. */
	failed: 1,
	wrongUse: 2,
} as const;
