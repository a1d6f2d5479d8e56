import type { OperationKind } from "./contract.js";

/** Kinds as small numbers, for typed arrays; `prelude` is the sync that a connection begins with, which no figure counts. */
export const Kind = {
	getData: 0,
	setData: 1,
	create: 2,
	delete: 3,
	exists: 4,
	getChildren: 5,
	multi: 6,
	sync: 7,
	watch: 8,
	prelude: 9,
} as const;

/** By number. */
export const kindNames: readonly OperationKind[] = [
	"getData",
	"setData",
	"create",
	"delete",
	"exists",
	"getChildren",
	"multi",
	"sync",
	"watch",
];

export function isWrite(kind: number): boolean {
	return kind === Kind.setData || kind === Kind.create || kind === Kind.delete || kind === Kind.multi;
}

/** For sentences, the prelude too. */
export function describeKind(kind: number): string {
	return kindNames[kind] ?? "first sync";
}
