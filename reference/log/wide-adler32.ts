// Of the web globals that every JavaScript engine has.
declare const WebAssembly:
	| {
			Module: new (bytes: Uint8Array) => object;
			Instance: new (module: object) => { readonly exports: unknown };
	  }
	| undefined;
declare function atob(text: string): string;

interface Exports {
	readonly memory: { readonly buffer: ArrayBuffer };
	readonly sum: (lengthBytes: number, a: number, b: number) => number;
}

export interface WideAdler32 {
	/** What is summed is written here first, from the beginning. */
	readonly memory: Uint8Array;
	/** Continues a checksum by that many bytes of `memory`: a multiple of 16, at most `runBytesMax`. */
	sum(lengthBytes: number, before: number): number;
}

/** The most bytes whose sums stay below 2^32 before they are reduced. */
export const runBytesMax = 5520;

/**
 * Adler-32 by sixteen bytes at a time; undefined where there is no WebAssembly. The module is this, assembled:
 *
 *   (memory (export "memory") 1)
 *   (func (export "sum") (param $n i32) (param $a i32) (param $b i32) (result i32)
 *     (local $at i32) (local $x v128) (local $va v128) (local $vb v128) (local $vp v128)
 *     (loop $next
 *       $vp += $va                                      ;; i32x4.add
 *       $x = (v128.load $at)
 *       $va += extadd_pairwise_i16x8_u(extadd_pairwise_i8x16_u($x))
 *       $vb += extadd_pairwise_i16x8_u(extmul_low_i8x16_u($x, 16 15 14 ... 1))
 *       $vb += extadd_pairwise_i16x8_u(extmul_high_i8x16_u($x, 16 15 14 ... 1))
 *       $at += 16
 *       (br_if $next (i32.lt_u $at $n)))
 *     $vb += $vp << 4
 *     $b = ($b + $n * $a + the four lanes of $vb) % 65521
 *     $a = ($a + the four lanes of $va) % 65521
 *     ($b << 16 | $a))
 */
export function maybeWideAdler32(): WideAdler32 | undefined {
	if (typeof WebAssembly === "undefined") return undefined;
	const bytes = Uint8Array.from(atob(assembled), (character) => character.charCodeAt(0));
	const { memory, sum } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as Exports;
	return {
		memory: new Uint8Array(memory.buffer),
		sum: (lengthBytes, before) => sum(lengthBytes, before & 0xffff, before >>> 16) >>> 0,
	};
}

const assembled = [
	"AGFzbQEAAAABCAFgA39/fwF/AwIBAAUDAQABBxACBm1lbW9yeQIAA3N1bQAACtYBAdMBAgF/BHsDQCAHIAX9rgEhByAD/QAEACEEIAUgBP19",
	"/X/9rgEhBSAGIAT9DBAPDg0MCwoJCAcGBQQDAgH9ngH9f/2uASEGIAYgBP0MEA8ODQwLCgkIBwYFBAMCAf2fAf1//a4BIQYgA0EQaiEDIAMg",
	"AEkNAAsgBiAHQQT9qwH9rgEhBiACIAAgAWxqIAb9GwAgBv0bAWogBv0bAiAG/RsDampqQfH/A3AhAiABIAX9GwAgBf0bAWogBf0bAiAF/RsD",
	"ampqQfH/A3AhASACQRB0IAFyCw==",
].join("");
