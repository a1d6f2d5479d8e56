import { checks } from "./checks.js";

let failed = 0;
for (const check of checks) {
	const problem = check.run(process.cwd());
	if (problem !== undefined) failed++;
	console.log(problem === undefined ? `ok    ${check.name}` : `${problem}\nFAIL  ${check.name}`);
}
console.log(`${checks.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
