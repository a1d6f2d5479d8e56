/** The time that the picture shows, in microseconds since the history began. */
export interface View {
	readonly fromUs: number;
	readonly toUs: number;
}

/** Less would show nothing: clocks tell microseconds. */
const spanUsMin = 20;

/** Keeps a view within the history, with a little air on both sides. */
export function clampView({ fromUs, toUs }: View, durationUs: number): View {
	const whole = wholeView(durationUs);
	const span = Math.min(Math.max(toUs - fromUs, spanUsMin), whole.toUs - whole.fromUs);
	const middle = (fromUs + toUs) / 2;
	const from = Math.min(Math.max(middle - span / 2, whole.fromUs), whole.toUs - span);
	return { fromUs: from, toUs: from + span };
}

export function wholeView(durationUs: number): View {
	const air = Math.max(durationUs, spanUsMin) * 0.02;
	return { fromUs: -air, toUs: Math.max(durationUs, spanUsMin) + air };
}

/** A factor below 1 shows less time; the moment `atUs` keeps its place. */
export function zoomView(view: View, factor: number, atUs: number, durationUs: number): View {
	const fromUs = atUs - (atUs - view.fromUs) * factor;
	return clampView({ fromUs, toUs: fromUs + (view.toUs - view.fromUs) * factor }, durationUs);
}

/** Moves by a share of what is shown. */
export function panView(view: View, share: number, durationUs: number): View {
	const byUs = (view.toUs - view.fromUs) * share;
	return clampView({ fromUs: view.fromUs + byUs, toUs: view.toUs + byUs }, durationUs);
}

/** Shows a stretch of time with air around it. */
export function fitView(fromUs: number, toUs: number, durationUs: number): View {
	const air = Math.max((toUs - fromUs) * 0.15, 100);
	return clampView({ fromUs: fromUs - air, toUs: toUs + air }, durationUs);
}

/** Round times to mark on the axis, at most `count` of them, and the step between them. */
export function ticksOf(view: View, count: number): { readonly stepUs: number; readonly atUs: readonly number[] } {
	const rough = (view.toUs - view.fromUs) / Math.max(1, count);
	const power = 10 ** Math.floor(Math.log10(rough));
	const stepUs = Math.max(1, power * ([1, 2, 5].find((digit) => digit * power >= rough) ?? 10));
	const first = Math.max(0, Math.ceil(view.fromUs / stepUs));
	const last = Math.floor(view.toUs / stepUs);
	return { stepUs, atUs: Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * stepUs) };
}

/** Where times are on the screen, and how high a row of calls is. */
export interface Scale {
	readonly view: View;
	/** Left edge of the picture, right of the labels, in pixels. */
	readonly left: number;
	readonly width: number;
	/** In pixels, with the gap below it. */
	readonly rowHeight: number;
}

export function xOf({ view, left, width }: Scale, atUs: number): number {
	return left + ((atUs - view.fromUs) / (view.toUs - view.fromUs)) * width;
}

export function timeAt({ view, left, width }: Scale, x: number): number {
	return view.fromUs + ((x - left) / width) * (view.toUs - view.fromUs);
}
