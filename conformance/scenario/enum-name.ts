import type { WireSpec } from "../../spec/load/wire-spec.js";

/** The name of a number in an enum of the wire spec, or the number as text when it has none. */
export function enumName(wire: WireSpec, enumeration: string, value: number): string {
	for (const [name, number] of wire.enums.get(enumeration)?.values ?? []) if (number === value) return name;
	return String(value);
}
