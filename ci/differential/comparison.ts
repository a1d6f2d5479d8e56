import { describeValue, isFields, type Value } from "../../conformance/client/value.js";

export interface FieldDifference {
	/** Such as `a[0].body.stat.version`. */
	readonly field: string;
	readonly reference: Value | undefined;
	readonly apache: Value | undefined;
}

/** Every field that is not the same on both sides; empty when nothing differs. */
export function differences(reference: Value | undefined, apache: Value | undefined, at = ""): FieldDifference[] {
	if (isFields(reference) && isFields(apache)) {
		const names = [...new Set([...Object.keys(apache), ...Object.keys(reference)])];
		return names.flatMap((name) => differences(reference[name], apache[name], at === "" ? name : `${at}.${name}`));
	}
	if (Array.isArray(reference) && Array.isArray(apache)) {
		const length = Math.max(reference.length, apache.length);
		return Array.from({ length }, (_, index) => index).flatMap((index) =>
			differences((reference as readonly Value[])[index], (apache as readonly Value[])[index], `${at}[${index}]`),
		);
	}
	return same(reference, apache) ? [] : [{ field: at, reference, apache }];
}

function same(one: Value | undefined, other: Value | undefined): boolean {
	if (one instanceof Uint8Array && other instanceof Uint8Array) return Buffer.compare(one, other) === 0;
	return one === other;
}

export function describeDifference({ field, reference, apache }: FieldDifference): string {
	return `${field}: reference ${describeValue(reference)}, Apache ${describeValue(apache)}`;
}
