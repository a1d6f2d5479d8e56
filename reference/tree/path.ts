/** The part before the last '/': "" for the children of the root, which is also the root's own key. */
export function parentPath(path: string): string {
	return path.slice(0, path.lastIndexOf("/"));
}

/** The part after the last '/'. */
export function lastComponent(path: string): string {
	return path.slice(path.lastIndexOf("/") + 1);
}

/** The path of a child; the root may be written "" or "/". */
export function childPath(parent: string, name: string): string {
	return parent === "/" ? `/${name}` : `${parent}/${name}`;
}

/** The node that tells who belongs to the ensemble. */
export const configPath = "/zookeeper/config";

/** Nodes that no client can delete. */
export function isSpecialPath(path: string): boolean {
	return path === "/" || path === "/zookeeper" || path === "/zookeeper/quota" || path === configPath;
}

/** Whether a create can work out the parent at all: this is looked at before anything else about the path. */
export function hasParentPath(path: string): boolean {
	return path.includes("/") && !path.includes("\0");
}

/** The full rules for paths of writes. Reads never ask. */
export function isValidPath(path: string): boolean {
	if (path === "/") return true;
	if (!path.startsWith("/") || path.endsWith("/")) return false;
	return hasValidCharacters(path) && hasValidComponents(path);
}

function hasValidCharacters(path: string): boolean {
	for (let i = 0; i < path.length; i++) if (isForbidden(path.charCodeAt(i))) return false;
	return true;
}

/** UTF-16 units, as Java counts: surrogates are forbidden, so characters above U+FFFF are as well. */
function isForbidden(unit: number): boolean {
	if (unit < 0x20) return true;
	if (unit < 0x7f) return false;
	return unit <= 0x9f || (unit >= 0xd800 && unit <= 0xf8ff) || unit >= 0xfff0;
}

function hasValidComponents(path: string): boolean {
	for (let start = 1; start <= path.length; ) {
		const slash = path.indexOf("/", start);
		const end = slash === -1 ? path.length : slash;
		if (end === start || isDots(path, start, end)) return false;
		start = end + 1;
	}
	return true;
}

function isDots(path: string, start: number, end: number): boolean {
	if (path.charCodeAt(start) !== 0x2e) return false;
	return end - start === 1 || (end - start === 2 && path.charCodeAt(start + 1) === 0x2e);
}
