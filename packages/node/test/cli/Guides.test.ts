/**
 * The guides stay true: every command, script, path and scope that the Markdown names exists, and
 * every piece of TypeScript in it stands in a file that runs.
 */
import * as Scope from "@chorus/coordination-core/task/Scope"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { execFileSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { afterEach, vi } from "vitest"
import { run } from "../../src/cli/Cli.ts"
import { guide } from "../../src/setup/Clients.ts"

afterEach(() => vi.restoreAllMocks())

const root = join(import.meta.dirname, "../../../..")
const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { cwd: root, encoding: "utf8" })
  .split("\n")
const read = (file: string) => readFileSync(join(root, file), "utf8")
const markdown = files.filter((file) => file.endsWith(".md"))
const fences = /```(\w*)\n([^]*?)```/g

/** What a page sets as code: the lines of its blocks that people type, and what stands in the text. */
const typed = (file: string): ReadonlyArray<string> => {
  const blocks = [...read(file).matchAll(fences)]
    .flatMap(([, language, body = ""]) =>
      language === "sh" ? body.replaceAll(/\\\n\s*/g, " ").split("\n") : [])
  const spans = [...read(file).replaceAll(fences, "").matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code)
  return [...blocks.map((line) => line.replace(/(^|\s)#\s.*/, "")), ...spans]
}

const help = Effect.fnUntraced(function*(verb: ReadonlyArray<string>) {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined)
  assert.strictEqual(yield* run([...verb, "--help"]), 0)
  const text = log.mock.lastCall?.join(" ") ?? ""
  const listed = text.split("GLOBAL FLAGS").at(-1)?.split("EXAMPLES")[0] ?? ""
  return {
    verbs: [...listed.matchAll(/^ {2}([a-z][a-z-]+) {2,}/gm)].map(([, name = ""]) => name),
    flags: [...text.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, flag = ""]) => flag)
  }
})

/** The command lines of chorus in a piece of code: its words, without what is quoted. */
const calls = (code: string): ReadonlyArray<ReadonlyArray<string>> =>
  code.replaceAll(/"[^"]*"|'[^']*'/g, "\"\"").split(/\||;|&&|\$\(|\)/)
    .flatMap((part) => {
      const [, line] = /(?:^|\s)(?:\.\/)?chorus ((?:[a-z-]|…).*)$/.exec(part) ?? []
      return line === undefined ? [] : [line.trim().split(/\s+/)]
    })

it.live("every verb and flag that the Markdown names stands in --help", () =>
  Effect.gen(function*() {
    const known = new Map<string, Effect.Success<ReturnType<typeof help>>>()
    const about = Effect.fnUntraced(function*(verb: ReadonlyArray<string>) {
      const found = known.get(verb.join(" ")) ?? (yield* help(verb))
      known.set(verb.join(" "), found)
      return found
    })
    let checked = 0
    for (const file of markdown) {
      for (const words of typed(file).flatMap(calls)) {
        const [first = ""] = words
        const line = `${file}: chorus ${words.join(" ")}`
        if (/^[a-z]/.test(first)) assert.include((yield* about([])).verbs, first, line)
        const verb = /^[a-z]/.test(first) ? [first] : []
        const [, second = ""] = words
        const { verbs } = yield* about(verb)
        const { flags } = yield* about(verb.length > 0 && verbs.includes(second) ? [...verb, second] : verb)
        for (const word of words) {
          const [flag] = /^--[a-z-]+/.exec(word) ?? []
          if (flag !== undefined) assert.include(flags, flag, line)
        }
        checked++
      }
    }
    assert.isAbove(checked, 100)
  }))

it("every script of this repository that the Markdown names is there", () => {
  const scripts = Object.keys(JSON.parse(read("package.json")).scripts)
  const own = ["add", "install", "pack"]
  const called = /\bpnpm(?:@[\d.]+)? (?:--filter(?:-prod)? \S+ )?([a-z][\w-]*)/g
  for (const file of markdown) {
    for (const code of typed(file)) {
      for (const [line, script = ""] of code.matchAll(called)) {
        assert.include([...scripts, ...own], script, `${file}: ${line}`)
      }
    }
  }
})

it("every link and path that the Markdown names is there", () => {
  const short = files.map((file) => `/${file.replace(/^packages\//, "").replace("/src/", "/")}`)
  const folders = new Set(short.flatMap((file) => file.split("/").slice(1, -1)))
  const isThere = (path: string): boolean => {
    const pattern = path.replace(/^@chorus\//, "").replace(/^packages\//, "").replace(/\/$/, "")
      .replace(/\/src(?=\/|$)/, "").replaceAll(".", "\\.").replaceAll(/\*+|NAME/g, "[^/]*")
      .replaceAll(/\{(.+?)\}/g, (_, names: string) => `(${names.replaceAll(",", "|")})`)
    const whole = new RegExp(`/${pattern}(\\.ts)?(/|$)`)
    return short.some((file) => whole.test(file))
  }
  for (const file of markdown) {
    for (const [, link = ""] of read(file).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)) {
      assert.isTrue(existsSync(join(root, dirname(file), link)), `${file}: ${link}`)
    }
    for (const path of typed(file)) {
      const [, first = ""] = /^(?:@chorus\/)?([\w-]+)\/[\w./*{},-]*$/.exec(path) ?? []
      const isPath = folders.has(first) || /^[A-Z]\w+(\.test)?\.ts$/.test(path)
      if (isPath) assert.isTrue(isThere(path), `${file}: ${path}`)
    }
  }
})

it("every package stands in the map of the README and in that of the architecture", () => {
  const packages = new Set(files.flatMap((file) => /^packages\/([\w-]+)\//.exec(file)?.[1] ?? []))
  for (const name of packages) {
    for (const file of ["README.md", "ARCHITECTURE.md"]) {
      assert.match(read(file), new RegExp(`^\\| .*\`${name}\`.* \\|`, "m"), file)
    }
  }
})

it("every piece of TypeScript stands in an example or a test, line by line", () => {
  const runs = files.filter((file) => /^examples\/.+\.ts$|\.contract\.test\.ts$/.test(file))
  const lines = new Set(runs.flatMap((file) => read(file).split("\n").map((line) => line.trim())))
  for (const file of markdown.filter((name) => name.startsWith("docs/"))) {
    for (const [, language, body = ""] of read(file).matchAll(fences)) {
      if (language !== "ts") continue
      for (const line of body.split("\n")) assert.isTrue(lines.has(line.trim()), `${file}: ${line}`)
    }
  }
})

it("every scope that people and agents are shown is one that a node takes", () => {
  const told = [...markdown.map(read), JSON.stringify(guide)]
  for (const text of told) {
    for (const [, scope = ""] of text.matchAll(/[`"]((?:\w+):[^`"\n=]+=[a-z]+)[`"]/g)) {
      if (!scope.startsWith("kind:key=")) assert.isDefined(Scope.parse(scope), scope)
    }
  }
})
