/**
 * The golden files: payloads exactly as they were sealed, by name.
 */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

const folder = join(import.meta.dirname, "golden")

/** The payload in `golden/<name>.json`. */
export const golden = (name: string): string => readFileSync(join(folder, `${name}.json`), "utf8")

export const goldenNames: ReadonlyArray<string> = readdirSync(folder)
  .map((file) => file.replace(".json", ""))
  .sort()
