declare const brand: unique symbol;
type Brand<T, Name> = T & { readonly [brand]: Name };

/** 64 bits, epoch high and counter low; exact as a number while the epoch is below 2^21. */
export type Zxid = Brand<number, "Zxid">;
/** All 64 bits are used: server id in the top byte. */
export type SessionId = Brand<bigint, "SessionId">;
/** A client connection, numbered by the host in the order of acceptance. */
export type LinkId = Brand<number, "LinkId">;

export const zxid = (value: number): Zxid => value as Zxid;
export const sessionId = (value: bigint): SessionId => value as SessionId;
export const linkId = (value: number): LinkId => value as LinkId;

export const zxidZero = zxid(0);
export const sessionNone = sessionId(0n);
