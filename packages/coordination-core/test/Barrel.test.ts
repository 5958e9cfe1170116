/**
 * The table of contents is whole: every module but the tests' and the inner parts named here.
 */
// oxlint-disable-next-line no-restricted-imports -- strangers import it, and it is under test
import * as Core from "@chorus/coordination-core"
import { assert, describe, it } from "@effect/vitest"
import { globSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"

const src = join(import.meta.dirname, "../src")

/** Parts of other modules; whoever needs them imports them by path. */
const inner = [
  "detection/Candidates", "detection/Confidence", "detection/Explanation", "detection/Feature",
  "detection/Features", "detection/Finding", "detection/Grace", "detection/Growth", "detection/Kinship",
  "detection/Lapses", "detection/Lexicon", "detection/Pool", "detection/Ranking", "detection/Readers",
  "detection/Reading", "detection/Relations", "detection/ScopeOverlap", "detection/Sentence",
  "detection/Shelf", "detection/Standing", "detection/Stem", "detection/Terms", "detection/Trees",
  "detection/Vocabulary",
  "fact/Text", "identity/Derived", "plan/Awaited", "plan/Playbook", "plan/TemplateScene", "replica/Sorted",
  "task/Room"
]

describe("The barrel", () => {
  it("lists every module under its own name", () => {
    const modules = globSync("*/*.ts", { cwd: src })
      .map((file) => file.replace(/\.ts$/, ""))
      .filter((path) => !path.startsWith("testing/") && !inner.includes(path))

    assert.deepStrictEqual(Object.keys(Core).sort(), modules.map((path) => basename(path)).sort())
    const text = readFileSync(join(src, "index.ts"), "utf8")
    for (const path of modules) assert.include(text, `export * as ${basename(path)} from "./${path}.ts"`)
  })

  it("every entry has a sentence", () => {
    const lines = readFileSync(join(src, "index.ts"), "utf8").split("\n")
    lines.forEach((line, at) => {
      if (line.startsWith("export")) assert.match(lines[at - 1] ?? "", /^\/\*\* .*[.] \*\/$/)
    })
  })
})

