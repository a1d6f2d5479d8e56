import assert from "node:assert/strict";
import { ConfigError } from "./config-error.js";
import { type Configuration, configure, parseFlag, parseZooCfg, sessionTimeoutsMs } from "./zoo-cfg.js";

const read = (...lines: string[]): Configuration => configure(parseZooCfg("zoo.cfg", lines.join("\n")));

describe("zoo.cfg", () => {
	it("takes the sample file of Apache", () => {
		const { settings, notes } = read(
			"# The number of milliseconds of each tick",
			"tickTime=2000",
			"initLimit=10",
			"syncLimit=5",
			"dataDir=/tmp/zookeeper",
			"clientPort=2181",
			"#maxClientCnxns=60",
			"",
			"autopurge.snapRetainCount=3",
			"autopurge.purgeInterval=1",
			"## Metrics Providers",
			"metricsProvider.httpPort=7000",
		);
		assert.equal(settings.tickTimeMs, 2000);
		assert.equal(settings.dataDir, "/tmp/zookeeper");
		assert.equal(settings.clientPort, 2181);
		assert.equal(settings.maxClientCnxns, 60);
		assert.equal(settings.purgeIntervalHours, 1);
		assert.deepEqual(sessionTimeoutsMs(settings), { min: 4000, max: 40_000 });
		assert.deepEqual(notes, []);
	});

	it("reads every kind of value", () => {
		const { settings } = read(
			"4lw.commands.whitelist = ruok, stat",
			"forceSync: no",
			"enforceQuota=TRUE\r",
			"zookeeper.snapCount=10",
			"! another comment",
			"DigestAuthenticationProvider.superDigest=super:a=b=",
		);
		assert.deepEqual(settings.fourLetterWords, ["ruok", "stat"]);
		assert.equal(settings.forceSync, false);
		assert.equal(settings.enforceQuota, true);
		assert.equal(settings.snapCount, 10);
		assert.equal(settings.superDigest, "super:a=b=");
	});

	it("lets flags win over the file", () => {
		const file = parseZooCfg("zoo.cfg", "tickTime=2000");
		assert.equal(configure([...file, parseFlag("--set", "tickTime=500")]).settings.tickTimeMs, 500);
	});

	const wrong: readonly (readonly [string, string])[] = [
		["tickTime", 'zoo.cfg:1:1: expected key=value: "tickTime"'],
		["\ntickTime=soon", 'zoo.cfg:2:10: tickTime must be a whole number from 1, not "soon"'],
		["  tickTime = 0", 'zoo.cfg:1:14: tickTime must be a whole number from 1, not "0"'],
		["clientPort=70000", 'zoo.cfg:1:12: clientPort must be a whole number from 0 to 65535, not "70000"'],
		["enforceQuota=maybe", 'zoo.cfg:1:14: enforceQuota must be true or false, not "maybe"'],
		["dataDir=", 'zoo.cfg:1:9: dataDir must be a value, not ""'],
		["ticktime=1", 'zoo.cfg:1:1: unknown key "ticktime"; did you mean tickTime?'],
		["colour=red", 'zoo.cfg:1:1: unknown key "colour"'],
		["secureClientPort=2281", "zoo.cfg:1:1: secureClientPort: TLS is not supported yet"],
		[
			"minSessionTimeout=5000\nmaxSessionTimeout=4000",
			"zoo.cfg:1:1: minSessionTimeout (5000 ms) must not be larger than maxSessionTimeout (4000 ms)",
		],
	];
	for (const [content, message] of wrong) {
		it(`refuses ${JSON.stringify(content)} in one line`, () => {
			assert.throws(() => read(content), new ConfigError(...split(message)));
		});
	}

	it("refuses a flag without a value", () => {
		assert.throws(
			() => parseFlag("--set", "tickTime"),
			new ConfigError("--set", 'expected key=value, found "tickTime"'),
		);
	});
});

function split(message: string): [string, string] {
	const at = message.indexOf(": ");
	return [message.slice(0, at), message.slice(at + 2)];
}
