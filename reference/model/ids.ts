declare const brand: unique symbol;
type Brand<T, Name> = T & { readonly [brand]: Name };

/** 64 bits, epoch high and counter low; exact as a number while the epoch is below 2^21. */
export type Zxid = Brand<number, "Zxid">;
/** The high half of a zxid: one leader's time. −1: none yet. */
export type Epoch = Brand<number, "Epoch">;
/** The number of a member of an ensemble (its myid); a long on the wire, below 0 for observers without one. */
export type ServerId = Brand<number, "ServerId">;
/** All 64 bits are used: server id in the top byte. */
export type SessionId = Brand<bigint, "SessionId">;
/** A connection, to a client or between servers, numbered by the network in the order in which they were made. */
export type LinkId = Brand<number, "LinkId">;

export const zxid = (value: number): Zxid => value as Zxid;
export const epoch = (value: number): Epoch => value as Epoch;
export const serverId = (value: number): ServerId => value as ServerId;
export const sessionId = (value: bigint): SessionId => value as SessionId;
export const linkId = (value: number): LinkId => value as LinkId;

export const zxidZero = zxid(0);
export const sessionNone = sessionId(0n);

const epochUnit = 2 ** 32;

export const epochOf = (at: Zxid): Epoch => epoch(Math.floor(at / epochUnit));
export const counterOf = (at: Zxid): number => at - Math.floor(at / epochUnit) * epochUnit;
/** Counter 0 is no transaction's: it is where an epoch begins. */
export const zxidOf = (of: Epoch, counter: number): Zxid => zxid(of * epochUnit + counter);
export const describeZxid = (at: Zxid): string => (at < 0 ? String(at) : `0x${at.toString(16)}`);
