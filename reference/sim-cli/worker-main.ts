import { type Assignment, work } from "./campaign.js";

work(JSON.parse(process.argv[2] ?? "{}") as Assignment, (progress) => process.send?.(progress) ?? false);
process.disconnect?.();
