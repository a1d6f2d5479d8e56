/** How one kind of value is written; `read` returns undefined for what is not one. */
export interface Kind<T> {
	/** For error messages and help: "a whole number from 1". */
	readonly expected: string;
	read(text: string): T | undefined;
}

export function integer(min: number, max = 2 ** 31 - 1): Kind<number> {
	const range = max === 2 ** 31 - 1 ? `from ${min}` : `from ${min} to ${max}`;
	return {
		expected: `a whole number ${range}`,
		read: (text) => {
			const value = /^[-+]?\d+$/.test(text) ? Number(text) : undefined;
			return value !== undefined && value >= min && value <= max ? value : undefined;
		},
	};
}

/** Java's Boolean, strictly. */
export const trueOrFalse: Kind<boolean> = {
	expected: "true or false",
	read: (text) => ({ true: true, false: false })[text.toLowerCase()],
};

/** Some of ZooKeeper's switches are yes or no; both spellings are taken for all of them. */
export const yesOrNo: Kind<boolean> = {
	expected: "yes or no",
	read: (text) => ({ yes: true, no: false, true: true, false: false })[text.toLowerCase()],
};

export const text: Kind<string> = {
	expected: "a value",
	read: (value) => (value === "" ? undefined : value),
};

/** Words separated by commas; `*` alone stands for all. */
export const words: Kind<readonly string[]> = {
	expected: "words separated by commas, or *",
	read: (value) =>
		value
			.split(",")
			.map((word) => word.trim())
			.filter((word) => word !== ""),
};

/** Any number with a point or without. */
export const decimal: Kind<number> = {
	expected: "a number",
	read: (value) => (/^[-+]?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined),
};

export function oneOf<T extends string>(...allowed: readonly T[]): Kind<T> {
	return { expected: allowed.join(" or "), read: (value) => allowed.find((each) => each === value) };
}
