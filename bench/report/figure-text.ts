const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** Three digits that mean something: `83,400`, `512`, `3.41`. */
export function describeNumber(value: number): string {
	if (value === 0) return "0";
	const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
	if (digits === 0) return grouped.format(Number(value.toPrecision(3)));
	return value.toFixed(Math.min(digits, 4));
}

/** `340 µs`, `1.23 ms`, `2.40 s`. */
export function describeMicros(micros: number): string {
	if (micros < 1000) return `${describeNumber(micros)} µs`;
	return micros < 1e6 ? `${describeNumber(micros / 1000)} ms` : `${describeNumber(micros / 1e6)} s`;
}

/** `15.0 KB`, `818 MB`: thousands, as disks and networks count. */
export function describeBytes(bytes: number): string {
	const units = ["B", "KB", "MB", "GB", "TB"];
	const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
	return `${describeNumber(bytes / 1000 ** power)} ${units[power]}`;
}

/** A figure by what its name ends in: `gapMs` is a time, `bytesPerZnode` an amount, `barriersPerSecond` a rate. */
export function describeNamed(name: string, value: number): string {
	if (/Micros$/.test(name)) return describeMicros(value);
	if (/Ms$/.test(name)) return describeMicros(value * 1000);
	if (/^bytes[A-Z]|Bytes$/.test(name)) return describeBytes(value);
	return /PerSecond$/.test(name) ? `${describeNumber(value)}/s` : describeNumber(value);
}

/** `gapMs` as words: `gap`. The unit stands beside the value. */
export function describeName(name: string): string {
	const words = name
		.replace(/(?:Micros|Ms|Bytes|PerSecond)$/, "")
		.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
	return words.trim();
}
