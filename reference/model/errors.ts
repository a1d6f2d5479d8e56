/** Result codes of the client protocol that this server sends. */
export const errors = {
	ok: 0,
	runtimeInconsistency: -2,
	marshallingError: -5,
	unimplemented: -6,
	badArguments: -8,
	newConfigNoQuorum: -13,
	reconfigInProgress: -14,
	noNode: -101,
	noAuth: -102,
	badVersion: -103,
	noChildrenForEphemerals: -108,
	nodeExists: -110,
	notEmpty: -111,
	sessionExpired: -112,
	invalidAcl: -114,
	authFailed: -115,
	sessionMoved: -118,
	notReadOnly: -119,
	ephemeralOnLocalSession: -120,
	noWatcher: -121,
	reconfigDisabled: -123,
	quotaExceeded: -125,
	throttledOp: -127,
} as const;

export type ErrorCode = (typeof errors)[keyof typeof errors];
