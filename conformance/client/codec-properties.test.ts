import assert from "node:assert/strict";
import fc from "fast-check";
import { loadWireSpec } from "../../spec/load/wire.js";
import type { PrimitiveName, WireType } from "../../spec/load/wire-spec.js";
import { DecodeError } from "./byte-reader.js";
import { Codec } from "./codec.js";
import type { Fields, Value } from "./value.js";

const codec = new Codec(loadWireSpec());

const primitives: Readonly<Record<PrimitiveName, fc.Arbitrary<Value>>> = {
	boolean: fc.boolean(),
	byte: fc.integer({ min: -128, max: 127 }),
	int: fc.integer(),
	long: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
	float: fc.float({ noNaN: true }),
	double: fc.double({ noNaN: true }),
	ustring: fc.oneof(fc.constant(null), fc.string({ unit: "grapheme" })),
	buffer: fc.oneof(fc.constant(null), fc.uint8Array({ maxLength: 40 })),
};

function valuesOf(type: WireType): fc.Arbitrary<Value> {
	switch (type.kind) {
		case "primitive":
			return primitives[type.name];
		case "vector":
			return fc.oneof(fc.constant(null), fc.array(valuesOf(type.item), { maxLength: 4 }));
		case "record":
			return recordValues(type.name);
	}
}

function recordValues(name: string): fc.Arbitrary<Fields> {
	const fields = codec.wire.records.get(name)?.fields ?? [];
	return fc.record(Object.fromEntries(fields.map((field) => [field.name, valuesOf(field.type)])));
}

/** Bytes as they are; a decoded slice and a given array compare by content. */
function comparable(value: Value): unknown {
	if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
	if (Array.isArray(value)) return (value as readonly Value[]).map(comparable);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, comparable(each)]));
}

describe("codec, any value", () => {
	for (const name of codec.wire.records.keys()) {
		it(`${name} comes back as it was, and never from fewer bytes`, () => {
			fc.assert(
				fc.property(recordValues(name), fc.uint8Array({ maxLength: 3 }), (value, tail) => {
					const bytes = codec.encodeRecord(name, value, { defaults: false });
					const read = codec.decodeRecord(name, Buffer.concat([bytes, tail]));
					assert.deepEqual(comparable(read.value), comparable(value));
					assert.deepEqual(Buffer.from(read.rest), Buffer.from(tail));
					const required = codec.wire.records.get(name)?.fields.at(-1)?.optional ? bytes.length - 1 : bytes.length;
					for (let length = 0; length < required; length++) {
						assert.throws(() => codec.decodeRecord(name, bytes.subarray(0, length)), DecodeError);
					}
				}),
				{ numRuns: 15 },
			);
		});
	}

	it("any bytes give a value or a decode error", () => {
		const names = [...codec.wire.operations.keys()];
		fc.assert(
			fc.property(fc.constantFrom(...names), fc.uint8Array({ maxLength: 120 }), (name, bytes) => {
				for (const decode of [() => codec.decodeReply(name, bytes), () => codec.decodeRequest(name, bytes)]) {
					try {
						decode();
					} catch (error) {
						assert.ok(error instanceof DecodeError, String(error));
					}
				}
			}),
			{ numRuns: 500 },
		);
	});
});
