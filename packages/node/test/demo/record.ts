/**
 * Draws docs/demo.svg anew from a run of the demo; `pnpm picture` runs this file.
 */
import { spawnSync } from "node:child_process"
import { readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { draw } from "./Picture.ts"

const root = join(import.meta.dirname, "../../../..")
const { status, stdout } = spawnSync(process.execPath, [join(root, "packages/node/src/bin.ts"), "demo"], {
  encoding: "utf8",
  stdio: ["ignore", "pipe", "inherit"]
})
if (status !== 0) throw new Error(`the demo ended with ${status}`)
const folder = /^ {2}rm -r (\S+)$/m.exec(stdout)?.[1]
if (folder !== undefined) rmSync(folder, { recursive: true })
const file = join(root, "docs/demo.svg")
writeFileSync(file, draw(stdout))
console.log(`${file}: ${readFileSync(file, "utf8").match(/<text /g)?.length} lines`)
