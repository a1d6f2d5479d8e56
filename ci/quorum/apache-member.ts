import { once } from "node:events";
import { mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { classPath } from "../peers/class-path.js";
import { spawnTied } from "../peers/tied-process.js";

const log4j = `log4j.rootLogger=INFO, out
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.layout=org.apache.log4j.PatternLayout
log4j.appender.out.layout.ConversionPattern=%d %p %c{1} %m%n
`;
const logback = `<configuration>
	<appender name="out" class="ch.qos.logback.core.ConsoleAppender"><encoder><pattern>%d %p %c{0} %m%n</pattern></encoder></appender>
	<root level="INFO"><appender-ref ref="out"/></root>
</configuration>
`;

/** One Apache ZooKeeper of an ensemble. */
export interface ApacheMember {
	log(): string;
	stop(): Promise<void>;
}

/** `servers`: the ensemble's server lines. */
export function startApacheMember(
	version: string,
	folder: string,
	id: number,
	clientPort: number,
	servers: string,
): ApacheMember {
	const home = join(folder, String(id));
	mkdirSync(join(home, "data"), { recursive: true });
	writeFileSync(join(home, "data", "myid"), `${id}\n`);
	const settings = `dataDir=${join(home, "data")}\nclientPort=${clientPort}\nclientPortAddress=127.0.0.1\n`;
	const times = "tickTime=500\ninitLimit=6\nsyncLimit=4\nadmin.enableServer=false\n";
	writeFileSync(join(home, "zoo.cfg"), settings + times + servers);
	writeFileSync(join(home, "log4j.properties"), log4j);
	writeFileSync(join(home, "logback.xml"), logback);
	const log = openSync(join(home, "zookeeper.log"), "a");
	const path = `${home}:${classPath(version)}`;
	const main = "org.apache.zookeeper.server.quorum.QuorumPeerMain";
	const options = ["-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];
	const child = spawnTied("java", [...options, "-cp", path, main, join(home, "zoo.cfg")], {
		stdio: ["ignore", log, log],
	});
	return {
		log: () => readFileSync(join(home, "zookeeper.log"), "utf8"),
		stop: async () => {
			if (child.exitCode !== null || child.signalCode !== null) return;
			const exited = once(child, "exit");
			child.kill("SIGKILL");
			await exited;
		},
	};
}
