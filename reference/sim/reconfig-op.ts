import type { Writer } from "../lib/writer.js";
import type { Random } from "./random.js";
import { hostOf, type Place, ports } from "./sim-network.js";

export type SeatRole = "participant" | "observer";

/** A server's part in an ensemble. */
export interface Seat {
	readonly place: Place;
	readonly role: SeatRole;
}

/** Changes who belongs to the ensemble. */
export interface ReconfigOp {
	readonly type: "reconfig";
	readonly joining: readonly Seat[];
	/** 0 stands for whoever leads at that time. */
	readonly leaving: readonly Place[];
	/** `joining` is the whole ensemble from then on. */
	readonly isWhole: boolean;
}

/** A server line as every process is started with it. */
export const seatLine = ({ place, role }: Seat): [key: string, value: string] => [
	`server.${place}`,
	`${hostOf(place)}:${ports.quorum}:${ports.election}:${role}`,
];

/** Some servers come, some leave, some change their part; or all of it is named anew. */
export function drawReconfig(random: Random, servers: number): ReconfigOp {
	const isWhole = random.chance(0.4);
	const all = Array.from({ length: servers }, (_, index) => index + 1);
	const joining = all.filter(() => random.chance(isWhole ? 0.7 : 0.3)).map((place) => drawSeat(random, place));
	const leaving = isWhole ? [] : all.filter(() => random.chance(0.2));
	if (!isWhole && random.chance(0.3)) leaving.push(0);
	return { type: "reconfig", joining, leaving, isWhole };
}

const drawSeat = (random: Random, place: Place): Seat => ({
	place,
	role: random.chance(0.75) ? "participant" : "observer",
});

/** The body of the request; who joins must have a port for clients. */
export function writeReconfig(writer: Writer, op: ReconfigOp, leader: Place): void {
	const lines = op.joining.map((seat) => `${seatLine(seat).join("=")};${ports.client}`).join(",");
	const leaving = op.leaving.map((place) => (place === 0 ? leader : place)).join(",");
	writer.ustring(op.isWhole ? null : lines).ustring(op.isWhole ? null : leaving);
	writer.ustring(op.isWhole ? lines : null).long(-1);
}

export function describeReconfig({ joining, leaving, isWhole }: ReconfigOp): string {
	const seats = joining.map(({ place, role }) => `${place} ${role}`).join(", ");
	return isWhole
		? `reconfig to ${seats}`
		: `reconfig joining ${seats || "nobody"}, leaving ${leaving.join(" ") || "nobody"}`;
}
