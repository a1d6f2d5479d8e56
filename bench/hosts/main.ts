import { namespacesUnavailable } from "../../ci/ensembles/namespaces.js";
import { unavailable } from "../../ci/peers/class-path.js";
import { makeTemporaryFolder } from "../../conformance/drivers/temporary-folder.js";
import { Hosts } from "./hosts.js";
import { controlRestarted, coordinatorKilled, mergedBesideOne, type Trial, workerKilled } from "./trials.js";

/** A load by workers on hosts of their own, a real Apache ZooKeeper between them, and what becomes of it when one of them dies. */
const trials: Readonly<Record<string, Trial>> = {
	"beside one process": mergedBesideOne,
	"control restarted": controlRestarted,
	"worker killed": workerKilled,
	"coordinator killed": coordinatorKilled,
};
const skippedCode = 77;

async function tryAll(words: readonly string[]): Promise<boolean> {
	const folder = makeTemporaryFolder("zkspec-hosts");
	const hosts = await Hosts.create();
	let isRight = true;
	try {
		await hosts.start();
		for (const [name, trial] of Object.entries(trials)) {
			if (words.length > 0 && !words.some((word) => name.includes(word))) continue;
			for (const finding of await trial({ hosts, folder: folder.path })) {
				console.log(`${finding.isRight ? "ok   " : "WRONG"} ${name}: ${finding.text}`);
				isRight &&= finding.isRight;
			}
		}
	} finally {
		await hosts.remove();
		folder.remove();
	}
	return isRight;
}

const reason = namespacesUnavailable() ?? unavailable("3.8.0");
if (reason === undefined) process.exitCode = (await tryAll(process.argv.slice(2))) ? 0 : 1;
else {
	console.log(reason);
	process.exitCode = skippedCode;
}
