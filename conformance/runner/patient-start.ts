import type { EnsembleDriver } from "../drivers/ensemble-driver.js";
import { UnreachableError } from "../scenario/verdict.js";

const attemptsMax = 3;

/**
 * Starts an ensemble, again if need be: somebody else may have taken a port between when it was found to be free and when
 * a server listens on it.
 * @throws UnreachableError with the last reason; a driver, which may be the user's, may throw anything
 */
export async function startPatiently(
	start: () => Promise<EnsembleDriver>,
	attempts = attemptsMax,
): Promise<EnsembleDriver> {
	try {
		return await start();
	} catch (error) {
		if (attempts > 1) return startPatiently(start, attempts - 1);
		throw new UnreachableError(`no ensemble could be started: ${(error as Error).message}`);
	}
}
