// One scripted session of node-zookeeper-client: prints what the server answered, without times and absolute zxids.
import { once } from "node:events";
import { promisify } from "node:util";
import zookeeper from "node-zookeeper-client";

const root = "/node-client";
const client = zookeeper.createClient(process.argv[2], { sessionTimeout: 10_000, retries: 0 });
let firstZxid;

function zxidShown(bytes) {
	const zxid = bytes.readBigInt64BE();
	if (zxid === 0n) return "0";
	firstZxid ??= zxid;
	return `first+${zxid - firstZxid}`;
}

function statShown(stat) {
	const zxids = ["czxid", "mzxid", "pzxid"].map((name) => `${name}=${zxidShown(stat[name])}`);
	const numbers = ["version", "cversion", "aversion", "dataLength", "numChildren"].map(
		(name) => `${name}=${stat[name]}`,
	);
	const owner = stat.ephemeralOwner.readBigInt64BE() === 0n ? "0" : "<session>";
	return `Stat(${[...zxids, ...numbers, `ephemeralOwner=${owner}`].join(", ")})`;
}

function shown(value) {
	if (value === undefined || value === null) return String(value);
	if (Buffer.isBuffer(value)) return JSON.stringify(value.toString());
	if (Array.isArray(value)) return `[${value.map(shown).join(", ")}]`;
	if (value.czxid !== undefined) return statShown(value);
	if (value.permission !== undefined) return `${value.id.scheme}:${value.id.id}:${value.permission}`;
	if (typeof value.type === "number") return partShown(value);
	return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function partShown({ type, path, stat, err }) {
	return `type ${type}${[path, stat, err]
		.filter((part) => part !== undefined)
		.map((part) => ` ${shown(part)}`)
		.join("")}`;
}

async function say(method, ...args) {
	console.log(`> ${method} ${args.filter((arg) => typeof arg === "string").join(" ")}`);
	try {
		const results = await call(method, args);
		console.log(results.map(shown).join(" ") || "done");
	} catch (error) {
		if (error.getCode === undefined) throw error;
		console.log(error.getName());
	}
}

/** All results of a callback, names of children sorted. */
async function call(method, args) {
	const operation = (done) => client[method](...args, (error, ...results) => done(error, results));
	const results = await promisify(operation)();
	return method === "getChildren" ? [results[0].sort(), results[1]] : results;
}

function watch() {
	let fire;
	const fired = new Promise((resolve) => {
		fire = resolve;
	});
	const tell = async (name) => console.log(`> ${name}\n${(await fired).toString()}`);
	return { watcher: fire, tell };
}

async function transaction(name, fill) {
	console.log(`> ${name}`);
	const pending = fill(client.transaction());
	const answer = await new Promise((resolve) => pending.commit((error, results) => resolve({ error, results })));
	console.log(answer.error === null || answer.error === undefined ? "committed" : answer.error.getName());
	console.log(shown(answer.results));
}

const { CreateMode, ACL, Permission, Id } = zookeeper;
client.connect();
await once(client, "connected");
console.log(
	`> connected\n${client.getState().getName()} ${client.getSessionTimeout()} ${client.getSessionPassword().length}`,
);

await say("create", root, Buffer.from("root"));
await say("create", root, Buffer.from("root"));
await say("create", `${root}/none/child`);
await say("getData", root);
await say("setData", root, Buffer.from("second"), 0);
await say("setData", root, Buffer.from("third"), 0);
await say("setData", root, Buffer.alloc(0), -1);
await say("getData", root);
await say("exists", root);
await say("exists", `${root}/none`);
await say("create", `${root}/seq-`, null, CreateMode.PERSISTENT_SEQUENTIAL);
await say("create", `${root}/seq-`, null, CreateMode.PERSISTENT_SEQUENTIAL);
await say("create", `${root}/eseq-`, null, CreateMode.EPHEMERAL_SEQUENTIAL);
await say("create", `${root}/ephemeral`, Buffer.from("e"), CreateMode.EPHEMERAL);
await say("exists", `${root}/ephemeral`);
await say("create", `${root}/ephemeral/child`);
await say("mkdirp", `${root}/a/b/c`);
await say("getChildren", root);
await say("getChildren", `${root}/none`);

const data = watch();
const child = watch();
const created = watch();
const deleted = watch();
await say("getData", `${root}/a`, data.watcher);
await say("getChildren", `${root}/a`, child.watcher);
await say("exists", `${root}/later`, created.watcher);
await say("setData", `${root}/a`, Buffer.from("1"), -1);
await say("setData", `${root}/a`, Buffer.from("2"), -1);
await say("create", `${root}/a/new`);
await say("create", `${root}/later`);
await data.tell("data event");
await child.tell("child event");
await created.tell("created event");
await say("exists", `${root}/later`, deleted.watcher);
await say("remove", `${root}/later`, -1);
await deleted.tell("deleted event");

await say("getACL", root);
client.addAuthInfo("digest", Buffer.from("user:secret"));
await say("create", `${root}/private`, Buffer.from("p"), ACL.CREATOR_ALL_ACL);
await say("getACL", `${root}/private`);
await say("setACL", `${root}/private`, [new ACL(Permission.READ, new Id("world", "anyone"))], -1);
await say("setData", `${root}/private`, Buffer.from("q"), -1);
await say("getData", `${root}/private`);
await say("create", `${root}/bad`, [new ACL(Permission.ALL, new Id("nothing", "x"))]);

await transaction("committed transaction", (t) =>
	t
		.create(`${root}/t`, Buffer.from("t"))
		.setData(`${root}/t`, Buffer.from("u"), 0)
		.check(`${root}/t`, 1)
		.remove(`${root}/t`),
);
await transaction("failed transaction", (t) => t.create(`${root}/t`).check(root, 77).remove(`${root}/a`));
await say("exists", `${root}/t`);

await say("remove", root, -1);
await say("remove", `${root}/none`, -1);
await say("remove", `${root}/a/new`, 4);
await say("exists", root);
// Not with removeRecursive: it removes in the order in which the server happens to list children.
const below = [
	"a/b/c",
	"a/b",
	"a/new",
	"a",
	"private",
	"ephemeral",
	"eseq-0000000002",
	"seq-0000000000",
	"seq-0000000001",
];
for (const name of below) await say("remove", `${root}/${name}`, -1);
await say("remove", root, -1);
await say("exists", root);
client.close();
await once(client, "disconnected");
console.log(`> closed\n${client.getState().getName()}`);
process.exit();
