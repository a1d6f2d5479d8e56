import assert from "node:assert/strict";
import fc from "fast-check";
import { chooseGroup, chooseOne } from "./choosing.js";
import { FaultError, type MemberRole } from "./ensemble-driver.js";

describe("who is hurt", () => {
	const roles: readonly MemberRole[] = ["follower", "leader", "follower", "observer"];
	const chooser = (drawn: number) => ({ roleOf: async (id: number) => roles[id - 1], pick: (n: number) => drawn % n });
	const chosen = (choice: Parameters<typeof chooseOne>[0], drawn = 0) =>
		chooseOne(choice, [1, 2, 3, 4], chooser(drawn));

	it("is named, or has a role, or is any", async () => {
		assert.equal(await chosen(3), 3);
		assert.equal(await chosen("leader"), 2);
		assert.equal(await chosen("follower", 1), 3);
		assert.equal(await chosen("observer", 5), 4);
		assert.equal(await chosen("any", 2), 3);
	});

	it("is nobody who is not to be chosen from", async () => {
		await assert.rejects(chooseOne(3, [1, 2], chooser(0)), /server 3 is not there .* only 1, 2 would be/);
		await assert.rejects(chooseOne("any", [], chooser(0)), FaultError);
	});

	it("waits for a leader while there is none", async () => {
		let asked = 0;
		const roleOf = async (id: number): Promise<MemberRole | undefined> =>
			++asked > 5 && id === 2 ? "leader" : undefined;
		assert.equal(await chooseOne("leader", [1, 2], { roleOf, pick: () => 0 }), 2);
	});

	it("is, of a group, as many as have to go down so that the group is down", () => {
		const ensemble = fc.integer({ min: 1, max: 9 }).chain((count) => {
			const voters = Array.from({ length: count }, (_, i) => i + 1);
			return fc.record({ voters: fc.constant(voters), down: fc.subarray(voters), draws: fc.infiniteStream(fc.nat()) });
		});
		fc.assert(
			fc.property(ensemble, fc.constantFrom("minority", "majority", "all"), ({ voters, down, draws }, group) => {
				const pick = (n: number): number => Number(draws.next().value) % n;
				const ids = chooseGroup(group, voters, new Set(down), pick);
				const left = voters.length - new Set([...down, ...ids]).size;
				assert.equal(new Set(ids).size, ids.length);
				assert.ok(ids.every((id) => !down.includes(id)));
				const isQuorum = left > voters.length / 2;
				if (group === "all") assert.equal(left, 0);
				if (group === "majority") assert.equal(isQuorum, false);
				if (group === "minority" && down.length < voters.length / 2) assert.equal(isQuorum, true);
				if (group === "majority" && ids.length > 0) assert.ok(left + 1 >= voters.length / 2);
			}),
		);
	});
});
