import { fileURLToPath } from "node:url";

/** The folder that holds package.json; compiled code of this room stands three folders below it (dist/spec/load). */
export const packageRoot = fileURLToPath(new URL("../../..", import.meta.url));
