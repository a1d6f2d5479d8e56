import type { Insight } from "../server/four-letter-words.js";
import { monitorFigures } from "../server/monitor-text.js";

/** What only grows; everything else goes up and down. */
const counters = new Set([
	"connection_rejected",
	"connection_request_count",
	"sessionless_connections_expired",
	"stale_sessions_expired",
]);

/** The figures of `mntr` that are numbers, in the text format of Prometheus. */
export function metricsText(insight: Insight): string {
	let text = "";
	for (const [name, value] of monitorFigures(insight)) {
		if (!Number.isFinite(Number(value))) continue;
		text += `# HELP ${name} ${name}\n# TYPE ${name} ${counters.has(name) ? "counter" : "gauge"}\n${name} ${value}\n`;
	}
	return text;
}
