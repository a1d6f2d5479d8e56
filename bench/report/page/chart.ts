/** What the page draws: made where the report is, drawn where the reader is. Only plain data crosses. */
export interface Chart {
	readonly title: string;
	/** Sentences below the title. */
	readonly notes: readonly string[];
	readonly picture: Picture;
}

export type Picture =
	| {
			readonly kind: "lines";
			readonly x: Axis;
			readonly y: Axis;
			readonly series: string;
			readonly points: readonly Point[];
	  }
	| { readonly kind: "bars"; readonly x: Axis; readonly bars: readonly Bar[] }
	| { readonly kind: "time-line"; readonly samples: readonly TimedPoint[]; readonly events: readonly TimedEvent[] };

export interface Axis {
	/** Empty: what the reader has picked. */
	readonly label: string;
	/** `percentile`: the value is how many nines, 2 for the 99th. `time`: milliseconds since 1970. */
	readonly scale: "linear" | "log" | "percentile" | "steps" | "time";
	/** `number` in thousands and millions, `micros` as a time. */
	readonly unit: "number" | "micros";
}

export interface Point {
	readonly x: number;
	readonly y: number;
	/** Of the rounds; equal to `y` where there was only one. */
	readonly least: number;
	readonly most: number;
	/** One line. */
	readonly series: string;
	/** One picture beside or below the others. */
	readonly facet: string;
	/** What the reader picks; all points are shown when there is only one. */
	readonly choice: string;
	/** What else there is to say of it. */
	readonly label?: string;
}

export interface Bar {
	readonly label: string;
	readonly subject: string;
	/** Parts of one bar, such as the roles. */
	readonly part: string;
	readonly value: number;
	/** The value with its unit. */
	readonly text: string;
}

export interface TimedPoint {
	readonly seconds: number;
	readonly perSecond: number;
	readonly kind: "reads" | "writes";
	readonly facet: string;
	readonly choice: string;
}

export interface TimedEvent {
	readonly seconds: number;
	readonly text: string;
	readonly facet: string;
	readonly choice: string;
}
