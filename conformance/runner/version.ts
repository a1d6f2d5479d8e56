import semver from "semver";

/** The version that the suite assumes of a server which does not say. */
export const newestVersion = "3.9.6";

/** Three numbers from any text that holds a version, such as the first line of `srvr`. */
export function maybeVersion(text: string): string | undefined {
	return /version:?\s*v?(\d+\.\d+\.\d+)/i.exec(text)?.[1];
}

/** Whether `a` comes before `b`; missing last parts count as 0. */
export function isBefore(a: string, b: string): boolean {
	return semver.lt(complete(a), complete(b));
}

export function isInRange(version: string, range: string): boolean {
	return semver.satisfies(complete(version), range, { includePrerelease: true });
}

function complete(version: string): string {
	return semver.coerce(version)?.version ?? version;
}
