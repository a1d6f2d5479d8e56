/** "ZKSN" */
export const snapshotMagic = 0x5a4b534e;
export const snapshotVersion = 2;
/** The name of the ACL world:anyone with all permissions; it has no row in the table. */
export const openAclIndex = -1;
/** The path where a list of nodes ends, and the text of each seal. */
export const endOfNodes = "/";
export const digestVersion = 2;
/** ACL index and the persistent part of a Stat. */
export const nodeFixedBytes = 68;
