/** A getData request with a path of 20 bytes. */
export const requestBytes = 41;
/** Its reply: length, reply header, 1 KiB behind its length, Stat. */
export const frameBytes = 4 + 16 + 4 + 1024 + 68;
