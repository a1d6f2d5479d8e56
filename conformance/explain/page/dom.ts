type Attributes = Readonly<Record<string, string | number>>;

export function svgElement(name: string, attributes: Attributes, ...children: readonly (Node | string)[]): SVGElement {
	const element = document.createElementNS("http://www.w3.org/2000/svg", name);
	for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
	element.append(...children);
	return element;
}

export function htmlElement(
	name: string,
	attributes: Attributes = {},
	...children: readonly (Node | string)[]
): HTMLElement {
	const element = document.createElement(name);
	for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
	element.append(...children);
	return element;
}

/** @throws Error when the page lacks the element, which its frame has */
export function mustFind<E extends Element>(selector: string): E {
	const element = document.querySelector<E>(selector);
	if (element === null) throw new Error(`the page has no ${selector}`);
	return element;
}

/** Cuts a text to about a width in pixels. */
export function fitText(text: string, width: number, characterWidth: number): string {
	const room = Math.floor(width / characterWidth);
	if (text.length <= room) return text;
	return room < 2 ? "" : `${text.slice(0, room - 1)}…`;
}
