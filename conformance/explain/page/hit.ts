import { barOf, isDense } from "./bars.js";
import { itemsBetween } from "./items.js";
import type { LanesFrame } from "./lanes-picture.js";
import { lanesWithin, stripeHeight } from "./layout.js";
import type { PageState } from "./state.js";
import { timeAt } from "./view.js";

/** What is under the pointer. */
export type Hit =
	| { readonly type: "item"; readonly item: number }
	| { readonly type: "many"; readonly count: number; readonly lane: number }
	| { readonly type: "nothing" };

/** How far from a bar the pointer may be, in pixels. */
const reach = 4;

export function hitLanes({ scene }: PageState, frame: LanesFrame, x: number, y: number): Hit {
	const placed = lanesWithin(frame.placed, frame.scrollTop + y, frame.scrollTop + y + 1)[0];
	const lane = placed === undefined ? undefined : scene.head.lanes[placed.lane];
	if (placed === undefined || lane === undefined || x < frame.scale.left) return { type: "nothing" };
	const { scale } = frame;
	const whole = itemsBetween(scene.items, lane, scale.view.fromUs, scale.view.toUs);
	const [from, to] = itemsBetween(scene.items, lane, timeAt(scale, x - reach), timeAt(scale, x + reach));
	if (isDense(whole[1] - whole[0], lane, scale)) return { type: "many", count: to - from, lane: placed.lane };
	const row = Math.floor((y + frame.scrollTop - placed.y - stripeHeight) / scale.rowHeight);
	let best: { readonly item: number; readonly far: number } | undefined;
	for (let item = from; item < to; item++) {
		const bar = barOf(scene.items, scene.head.kinds, scale, item);
		const far = Math.max(bar.x - x, x - bar.x - bar.width, 0) + Math.abs((scene.items.slot[item] ?? 0) - row) * 5;
		if (far <= reach + 5 && (best === undefined || far <= best.far)) best = { item, far };
	}
	return best === undefined ? { type: "nothing" } : { type: "item", item: best.item };
}
