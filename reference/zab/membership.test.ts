import { strict as assert } from "node:assert";
import { type ServerId, serverId } from "../model/ids.js";
import { type EnsembleConfig, maybeConfig, maybeVersionOf, parseConfigText } from "./ensemble-config.js";
import { Membership } from "./membership.js";
import { maybeToldNext, toldText } from "./told-config.js";

/** "1p 2o": 1 votes, 2 observes. */
function config(seats: string, version: number): EnsembleConfig {
	const roles = { p: "participant", o: "observer" };
	const lines = seats.split(" ").map((seat) => {
		const id = Number(seat.slice(0, -1));
		return `server.${id}=s${id}:${2000 + id}:${3000 + id}:${roles[seat.at(-1) as "p" | "o"]}`;
	});
	return parseConfigText([...lines, `version=${version.toString(16)}`].join("\n"));
}

const ids = (...of: number[]): ReadonlySet<ServerId> => new Set(of.map(serverId));

function member(id: number, of: EnsembleConfig, more: { settled?: EnsembleConfig; reconfigEnabled?: boolean } = {}) {
	const { settled: settledConfig, reconfigEnabled = true } = more;
	const seen = { changes: 0 };
	const changed = (): void => void seen.changes++;
	return {
		seen,
		membership: new Membership({ id: serverId(id), config: of, settledConfig, reconfigEnabled, changed }),
	};
}

describe("membership", () => {
	const [first, second, third] = [config("1p 2p 3p", 1), config("3p 4p 5p", 5), config("3p 4p", 9)];

	it("decides by both configurations while one may follow", () => {
		const { membership } = member(1, first);
		assert.equal(membership.quorum.isQuorum(ids(1, 2)), true);
		membership.expect(second);
		assert.equal(membership.quorum.isQuorum(ids(1, 2)), false);
		assert.equal(membership.quorum.isQuorum(ids(4, 5)), false);
		assert.equal(membership.quorum.isQuorum(ids(1, 3, 4)), true);
		assert.equal(membership.quorum.isKnownQuorum(ids(1, 2)), true);
		membership.activate(second);
		assert.equal(membership.next, undefined);
		assert.equal(membership.quorum.isQuorum(ids(4, 5)), true);
		assert.equal(membership.mayVote, false);
	});

	it("takes no configuration that is older than the one in force", () => {
		const { membership, seen } = member(3, second);
		membership.expect(first);
		membership.hear(first);
		assert.equal(membership.activate(first), false);
		assert.equal(membership.config, second);
		assert.equal(membership.next, undefined);
		assert.equal(seen.changes, 0);
	});

	it("lets go what was expected once it will not come", () => {
		const { membership } = member(3, first);
		membership.expect(second);
		membership.expect(undefined);
		assert.equal(membership.next, undefined);
		assert.equal(membership.quorum.isQuorum(ids(1, 2)), true);
	});

	it("takes a configuration as committed when another follows it in the log", () => {
		const { membership } = member(3, first);
		membership.succeed(second);
		assert.equal(membership.config, first);
		membership.succeed(third);
		assert.equal(membership.config, second);
		assert.equal(membership.next, third);
		membership.succeed(third);
		assert.equal(membership.config, second);
	});

	it("begins with what the log shows to be committed, where files lag behind", () => {
		assert.equal(member(3, first, { settled: second }).membership.config, second);
		assert.equal(member(3, third, { settled: second }).membership.config, third);
		assert.equal(member(3, first, { settled: second, reconfigEnabled: false }).membership.config, first);
	});

	it("knows where this server is answered after it was let go", () => {
		const { membership } = member(1, first, { settled: second });
		assert.equal(membership.maybeMember(serverId(1)), undefined);
		assert.equal(membership.own?.addresses[0].electionPort, 3001);
	});

	it("lets those vote of whom it has heard, but needs nobody for it", () => {
		const { membership } = member(4, first);
		assert.equal(membership.mayVote, false);
		membership.hear(second);
		assert.equal(membership.mayVote, true);
		assert.equal(membership.role, "follower");
		assert.equal(membership.electorate.weightOf(serverId(5)), 1);
		assert.equal(membership.maybeMember(serverId(5))?.addresses[0].quorumPort, 2005);
		assert.equal(membership.quorum.isQuorum(ids(1, 2)), true);
		assert.equal(membership.electorate.isQuorum(ids(1, 2)), true);
		assert.equal(membership.electorate.isQuorum(ids(4, 5)), false);
		membership.forget();
		assert.equal(membership.mayVote, false);
		assert.equal(membership.maybeMember(serverId(5)), undefined);
	});

	it("observes only who is an observer and is to stay one", () => {
		const { membership } = member(2, config("1p 2o", 1));
		assert.equal(membership.role, "observer");
		membership.expect(config("1p 2p", 2));
		assert.equal(membership.role, "follower");
		assert.equal(member(7, first).membership.role, "follower");
	});

	it("stays as it is where reconfigurations are not allowed", () => {
		const { membership, seen } = member(1, first, { reconfigEnabled: false });
		membership.expect(second);
		membership.hear(second);
		membership.activate(second);
		assert.equal(membership.config, first);
		assert.equal(membership.next, undefined);
		assert.equal(seen.changes, 0);
	});
});

describe("what votes tell of the ensemble", () => {
	const [now, next] = [config("1p 2p", 1), config("2p 3p", 0x10)];

	it("has what may follow where only those look who know of it", () => {
		const text = toldText({ config: now, next });
		assert.deepEqual(maybeToldNext(text), next);
		assert.deepEqual(maybeConfig(text), now);
		assert.equal(maybeVersionOf(text), 1);
	});

	it("is the configuration alone when nothing follows, and nothing follows from garbage", () => {
		assert.equal(maybeToldNext(toldText({ config: now, next: undefined })), undefined);
		assert.equal(maybeToldNext(`${toldText({ config: now, next: undefined })}\n#next server.x=`), undefined);
	});
});
