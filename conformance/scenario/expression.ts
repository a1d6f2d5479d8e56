/** Names that an expression can use; `undefined` means that the name is not known. */
export interface Scope {
	lookup(name: string): unknown;
}

/** An expression that does not parse, names nothing or mixes types. */
export class ExpressionError extends Error {
	override readonly name = "ExpressionError";
}

type Node =
	| { readonly kind: "literal"; readonly value: bigint | string }
	| { readonly kind: "name"; readonly path: readonly string[] }
	| { readonly kind: "call"; readonly name: string; readonly args: readonly Node[] }
	| { readonly kind: "binary"; readonly operator: string; readonly left: Node; readonly right: Node };

type Piece = string | Node;

const compiled = new Map<string, readonly Piece[]>();
const reference = /\$\$|\$\{([^}]*)\}|\$([A-Za-z_]\w*(?:\.\w+)*)/g;

/** Splits a text into literal pieces and expressions: `$name.field`, `${a + 1}`, `$$` for a dollar sign. */
function compile(text: string): readonly Piece[] {
	const known = compiled.get(text);
	if (known) return known;
	const pieces: Piece[] = [];
	let end = 0;
	for (const match of text.matchAll(reference)) {
		if (match.index > end) pieces.push(text.slice(end, match.index));
		pieces.push(match[0] === "$$" ? "$" : parse(match[1] ?? match[2] ?? ""));
		end = match.index + match[0].length;
	}
	if (end < text.length) pieces.push(text.slice(end));
	compiled.set(text, pieces);
	return pieces;
}

/** Evaluates a text: one expression alone keeps its type, anything else becomes a text. */
export function evaluateText(text: string, scope: Scope): unknown {
	if (!text.includes("$")) return text;
	const pieces = compile(text);
	const [only] = pieces;
	if (pieces.length === 1 && only !== undefined && typeof only !== "string") return evaluate(only, scope);
	return pieces.map((piece) => (typeof piece === "string" ? piece : String(evaluate(piece, scope)))).join("");
}

/** The first parts of all names that a text refers to, for a check before anything runs. */
export function namesIn(text: string): string[] {
	const names: string[] = [];
	const visit = (node: Node): void => {
		if (node.kind === "name") names.push(node.path[0] ?? "");
		if (node.kind === "call") node.args.forEach(visit);
		if (node.kind === "binary") {
			visit(node.left);
			visit(node.right);
		}
	};
	for (const piece of compile(text)) if (typeof piece !== "string") visit(piece);
	return names;
}

function parse(source: string): Node {
	const tokens = source.match(/\s*(?:\d+|"[^"]*"|'[^']*'|[A-Za-z_$][\w$]*(?:\.\w+)*|.)/gy)?.map((t) => t.trim()) ?? [];
	let at = 0;
	const peek = (): string => tokens[at] ?? "";
	const take = (): string => tokens[at++] ?? "";
	const sum = (): Node => {
		let left = product();
		while (peek() === "+" || peek() === "-") left = { kind: "binary", operator: take(), left, right: product() };
		return left;
	};
	const product = (): Node => {
		let left = unit();
		while (["*", "/", "%"].includes(peek())) left = { kind: "binary", operator: take(), left, right: unit() };
		return left;
	};
	const unit = (): Node => {
		const token = take();
		if (token === "-") return { kind: "binary", operator: "-", left: { kind: "literal", value: 0n }, right: unit() };
		if (token === "(") return closing(sum());
		if (/^\d+$/.test(token)) return { kind: "literal", value: BigInt(token) };
		if (/^["']/.test(token)) return { kind: "literal", value: token.slice(1, -1) };
		if (!/^[A-Za-z_$]/.test(token)) throw new ExpressionError(`\${${source}}: "${token}" is not an expression`);
		return peek() === "(" ? call(token) : { kind: "name", path: token.replace(/^\$/, "").split(".") };
	};
	const closing = (node: Node): Node => {
		if (take() !== ")") throw new ExpressionError(`\${${source}}: ")" is missing`);
		return node;
	};
	const call = (name: string): Node => {
		take();
		const args: Node[] = [];
		while (peek() !== ")" && peek() !== "") {
			args.push(sum());
			if (peek() === ",") take();
		}
		if (!(name in functions))
			throw new ExpressionError(`\${${source}}: no function ${name}(); known: ${Object.keys(functions)}`);
		return closing({ kind: "call", name, args });
	};
	const node = sum();
	if (at < tokens.length) throw new ExpressionError(`\${${source}}: "${peek()}" is not expected here`);
	return node;
}

const functions: Readonly<Record<string, (...args: unknown[]) => unknown>> = {
	/** pad(7, 10) is 0000000007. */
	pad: (value, width) => String(value).padStart(Number(width), "0"),
	hex: (value) => BigInt.asUintN(64, toBigInt(value)).toString(16),
	int: (text) => BigInt(String(text)),
	len: (value) => BigInt((value as { length: number }).length),
	str: (value) => String(value),
	min: (...values) => values.map(toBigInt).reduce((a, b) => (a < b ? a : b)),
	max: (...values) => values.map(toBigInt).reduce((a, b) => (a > b ? a : b)),
	/** The local monotonic clock in ms. */
	now: () => BigInt(Math.round(performance.now())),
	/** The local wall clock in ms. */
	wall: () => BigInt(Date.now()),
};

function evaluate(node: Node, scope: Scope): unknown {
	switch (node.kind) {
		case "literal":
			return narrow(node.value);
		case "name":
			return resolve(node.path, scope);
		case "call":
			return narrow(callFunction(node, scope));
		case "binary":
			return narrow(arithmetic(node.operator, evaluate(node.left, scope), evaluate(node.right, scope)));
	}
}

function callFunction({ name, args }: Node & { kind: "call" }, scope: Scope): unknown {
	const values = args.map((arg) => evaluate(arg, scope));
	try {
		return functions[name]?.(...values);
	} catch (error) {
		// What the language's own functions throw for a value of the wrong kind.
		if (!(error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError)) throw error;
		throw new ExpressionError(`${name}(): ${error.message}`);
	}
}

function arithmetic(operator: string, left: unknown, right: unknown): bigint {
	const [a, b] = [toBigInt(left), toBigInt(right)];
	if (operator === "+") return a + b;
	if (operator === "-") return a - b;
	if (operator === "*") return a * b;
	if (b === 0n) throw new ExpressionError(`${a} ${operator} 0 is no number`);
	return operator === "/" ? a / b : a % b;
}

function toBigInt(value: unknown): bigint {
	if (typeof value === "bigint") return value;
	if (typeof value === "number") return BigInt(value);
	throw new ExpressionError(`a number was expected, found ${typeof value === "string" ? `"${value}"` : typeof value}`);
}

/** Safe integers travel as numbers, so that a value compares and prints the same wherever it comes from. */
function narrow(value: unknown): unknown {
	if (typeof value !== "bigint") return value;
	return BigInt.asIntN(53, value) === value ? Number(value) : value;
}

function resolve(path: readonly string[], scope: Scope): unknown {
	let value = scope.lookup(path[0] ?? "");
	if (value === undefined) throw new ExpressionError(`$${path[0]} is not known here`);
	for (const field of path.slice(1)) {
		value = (value as Record<string, unknown> | null)?.[field];
		if (value === undefined) throw new ExpressionError(`$${path.join(".")}: there is no "${field}"`);
	}
	return value;
}

/** Evaluates every text inside a YAML value; maps and lists keep their shape. */
export function evaluateTemplate(template: unknown, scope: Scope): unknown {
	if (typeof template === "string") return evaluateText(template, scope);
	if (Array.isArray(template)) return template.map((item) => evaluateTemplate(item, scope));
	if (template === null || typeof template !== "object" || template instanceof Uint8Array) return template;
	return Object.fromEntries(
		Object.entries(template).map(([key, item]) => [String(evaluateText(key, scope)), evaluateTemplate(item, scope)]),
	);
}
