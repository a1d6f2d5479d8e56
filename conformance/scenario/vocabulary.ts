import type { WireSpec } from "../../spec/load/wire-spec.js";
import type { Vocabulary } from "./parse-context.js";

/** What scenario files may name, as the wire spec and its additions define it. */
export function vocabularyOf(wire: WireSpec): Vocabulary {
	const names = (enumeration: string): string[] => [...(wire.enums.get(enumeration)?.values.keys() ?? [])];
	return {
		wire,
		hasOperation: (name) => wire.operations.has(name),
		operationNames: () => [...wire.operations.keys()],
		hasEnumValue: (enumeration, name) => wire.enums.get(enumeration)?.values.has(name) ?? false,
		enumNames: names,
	};
}
