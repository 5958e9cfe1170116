/**
 * What the verbs load: hooks and `check` nothing but Node's own modules, the help no verb, and libp2p
 * only those that run nodes.
 */
import { assert, describe, it } from "@effect/vitest"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"

const src = join(import.meta.dirname, "../../src")

/** What a file loads when it is loaded: our files, and packages of others. */
const loadedBy = (first: string) => {
  const [files, packages] = [new Set([first]), new Set<string>()]
  for (const file of files) {
    for (const name of imports(file)) {
      const found = fileOf(file, name)
      if (found === undefined) packages.add(name)
      else files.add(found)
    }
  }
  return { files, packages }
}

/** What is imported for more than its types. */
const imports = (file: string): ReadonlyArray<string> =>
  [...readFileSync(file, "utf8").matchAll(/^(?:import|export) (?!type )(?:[^;"]*? from )?"([^"]+)"/gm)]
    .filter(([statement]) => !/^\w+ \{(?: type [^,}]+,?)+ ?\}/.test(statement))
    .map(([, name = ""]) => name)

const fileOf = (from: string, name: string): string | undefined => {
  const [, ours, path = "index"] = /^@chorus\/([^/]+)(?:\/(.+))?$/.exec(name) ?? []
  const file = ours !== undefined
    ? join(src, "../..", ours, "src", `${path}.ts`)
    : name.startsWith(".") ? join(dirname(from), name) : undefined
  assert.isTrue(file === undefined || existsSync(file), `${from} imports ${name}`)
  return file
}

describe("What a verb loads", () => {
  it("hooks and check: nothing but Node's own modules", () => {
    const packages = [...loadedBy(join(src, "hook/Thin.ts")).packages]
    assert.include(packages, "node:net")
    assert.deepStrictEqual(packages.filter((name) => !name.startsWith("node:")), [])
  })

  it("the help: no verb, and nothing of the core", () => {
    const { files, packages } = loadedBy(join(src, "cli/Cli.ts"))
    assert.include([...packages], "effect/cli/Command")
    assert.include([...files], join(src, "cli/VerbTable.ts"))
    assert.deepStrictEqual([...files].filter((file) => /Verbs?\.ts$|coordination-core/.test(file)), [])
  })

  it("libp2p: none at the start, and then only verbs that run nodes", () => {
    const verbs = readdirSync(join(src, "cli")).map((name) => join(src, "cli", name))
    const late = verbs.flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/\bimport\("(\.[^"]+)"\)/g)].map(([, name = ""]) => name))
    const loads = (file: string) => loadedBy(join(src, "cli", file)).packages.has("libp2p")

    assert.isFalse(loads("Cli.ts"))
    assert.isAbove(late.length, 10)
    assert.deepStrictEqual([...new Set(late.filter(loads))].sort(), ["../Up.ts", "../replay/Replay.ts"])
  })
})
