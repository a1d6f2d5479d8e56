/** Where things lie in replies, by `spec/wire/`: who looks at a hundred thousand a second does not decode them. */
export const replyHeaderBytes = 16;
export const statBytes = 68;

/** Within a Stat. */
export const mzxidAt = 8;
export const versionAt = 32;
export const dataLengthAt = 52;
