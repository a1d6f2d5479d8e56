import type { Value } from "../../conformance/client/value.js";

/** What the command line client of the Java distribution does; `!cut` drops its connection, so that it comes back. */
export const javaCommands: readonly string[] = [
	"create /golden data",
	"create -s /golden/s- one",
	"create -e /golden/e two",
	"create -c /golden/c",
	"create -t 100000 /golden/t three",
	"create /golden again",
	"stat /golden",
	"stat /golden/missing",
	"get /golden",
	"get -s -w /golden",
	"ls /golden",
	"ls -s -w /golden",
	"stat -w /golden/later",
	"set /golden changed",
	"set -v 7 /golden no",
	"getAcl /golden",
	"setAcl /golden world:anyone:cdrwa",
	"sync /golden",
	"getEphemerals /golden",
	"getAllChildrenNumber /golden",
	"whoami",
	"addauth digest super:secret",
	"whoami",
	"config",
	"reconfig -remove 9",
	"get -w /golden",
	"!cut",
	"set /golden after",
	"addWatch -m PERSISTENT /golden",
	"addWatch /golden/t",
	"!cut",
	"create /golden/later x",
	"removewatches /golden -a",
	"delete /golden/later",
	"deleteall /golden",
	"quit",
];

export interface Step {
	readonly operation: string;
	readonly fields?: Value;
}

const acl = [
	{ perms: ["READ", "WRITE"], id: { scheme: "digest", id: "bob:kUpSbqf9hlObhu7CSxZ5UQTtKbo=" } },
	{ perms: "ALL", id: { scheme: "world", id: "anyone" } },
];

/** What the Java command line cannot do, or never does. */
export const ownSteps: readonly Step[] = [
	{ operation: "create2", fields: { path: "/own", data: { hex: "00ff10" }, acl } },
	{ operation: "create2", fields: { path: "/own/null", data: null } },
	{ operation: "getData", fields: "/own/null" },
	{ operation: "getACL", fields: "/own" },
	{ operation: "setACL", fields: { path: "/own", acl, version: 0 } },
	{ operation: "getChildren", fields: { path: "/own", watch: true } },
	{ operation: "exists", fields: { path: "/own/é", watch: true } },
	{ operation: "checkWatches", fields: { path: "/own", type: "Children" } },
	{ operation: "checkWatches", fields: { path: "/own", type: "Data" } },
	{
		operation: "multi",
		fields: {
			ops: [
				{ create: { path: "/own/é", data: "x" } },
				{ create2: "/own/b" },
				{ createContainer: "/own/c" },
				{ createTTL: { path: "/own/t", ttl: 86400000 } },
				{ setData: { path: "/own/b", data: "y", version: 0 } },
				{ check: { path: "/own/b", version: 1 } },
				{ delete: "/own/b" },
			],
		},
	},
	{ operation: "multi", fields: { ops: [{ create: "/own/d" }, { check: "/own/missing" }, { delete: "/own/d" }] } },
	{ operation: "multi", fields: { ops: [] } },
	{
		operation: "multiRead",
		fields: { ops: [{ getData: "/own" }, { getChildren: "/own" }, { getData: "/own/missing" }] },
	},
	{ operation: "sasl" },
	{ operation: "ping" },
	{ operation: "auth", fields: { scheme: "digest", auth: "bob:secret" } },
	{ operation: "setWatches", fields: { dataWatches: ["/own/gone"], childWatches: ["/own"], existWatches: ["/own"] } },
	{ operation: "setWatches2", fields: { persistentWatches: ["/own"], persistentRecursiveWatches: ["/own/c"] } },
	{ operation: "removeWatches", fields: { path: "/own", type: "Any" } },
	{ operation: "removeWatches", fields: { path: "/own/never", type: "Any" } },
	{ operation: "delete", fields: { path: "/own", version: 9 } },
	{ operation: "closeSession" },
];
