/** Settles as `work` does, or rejects with the reason of the first of these signals, whichever is earlier. */
export function abortable<T>(work: Promise<T>, ...signals: readonly (AbortSignal | undefined)[]): Promise<T> {
	const given = signals.filter((signal) => signal !== undefined);
	return new Promise((resolve, reject) => {
		const abort = (): void => reject(given.find(({ aborted }) => aborted)?.reason);
		for (const signal of given) signal.addEventListener("abort", abort);
		const over = (): void => {
			for (const signal of given) signal.removeEventListener("abort", abort);
		};
		work.then(resolve, reject).finally(over);
		if (given.some(({ aborted }) => aborted)) abort();
	});
}
