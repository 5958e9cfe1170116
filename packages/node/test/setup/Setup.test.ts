/**
 * Set-up on random files of people: what is theirs stays, twice is once, and undo is the identity.
 */
import * as Scope from "@chorus/coordination-core/task/Scope"
import { assert, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as Jsonc from "jsonc-parser"
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync,
  symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll } from "vitest"
import { type ClientFile, clients, guide } from "../../src/setup/Clients.ts"
import * as Diff from "../../src/setup/Diff.ts"
import * as Journal from "../../src/setup/Journal.ts"
import * as Setup from "../../src/setup/Setup.ts"

const base = mkdtempSync(join(tmpdir(), "chorus-setup-"))
afterAll(() => rmSync(base, { recursive: true, force: true }))

const all: ReadonlyArray<ClientFile> = [...clients.flatMap((client) => client.files("acme/backend")), guide]

/** A repository with these files, and where its journal is. */
const place = (files: Readonly<Record<string, string>>) => {
  const root = mkdtempSync(join(base, "repository-"))
  for (const [file, text] of Object.entries(files)) put(root, file, text)
  const journalFile = Journal.fileOf(mkdtempSync(join(base, "data-")), root)
  const setup = (force = false, wanted = all) => {
    const plan = Setup.plan(root, wanted, Journal.read(journalFile, root), force)
    Setup.write(root, plan.changes, journalFile)
    return plan
  }
  const undo = () => {
    const plan = Setup.planUndo(root, Journal.read(journalFile, root))
    Setup.writeUndo(root, plan.changes, journalFile)
    return plan
  }
  return { root, journalFile, setup, undo }
}

const put = (root: string, file: string, text: string) => {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), text)
}

/** Every file and folder below, with what is in it. */
const tree = (root: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(root, { recursive: true, withFileTypes: true }).map((entry) => {
      const path = join(entry.parentPath, entry.name)
      return [path.slice(root.length + 1), entry.isFile() ? readFileSync(path, "utf8") : "(folder)"]
    })
  )

/** JSON as people write it: any indentation, comments, trailing commas, both line ends. */
const personal = fc.record({
  value: fc.dictionary(
    fc.constantFrom("mcpServers", "servers", "mcp", "hooks", "permissions", "a \"b\""),
    fc.oneof(
      fc.dictionary(fc.constantFrom("other", "x"), fc.constantFrom({}, { a: [1, "2"] })),
      fc.constantFrom({ SessionStart: [{ hooks: [{ type: "command", command: "make" }] }] }, {})
    )
  ),
  unit: fc.constantFrom("", "  ", "    ", "\t"),
  eol: fc.constantFrom("\n", "\r\n"),
  comment: fc.boolean(),
  trailing: fc.boolean(),
  end: fc.constantFrom("", "\n", "\n\n")
}).map(({ comment, end, eol, trailing, unit, value }) => {
  const text = JSON.stringify(value, null, unit)
  const isLong = text.includes("\n")
  const commented = comment && isLong ? text.replaceAll(/([,{])\n/g, "$1 // why, {so}\n") : text
  const trailed = trailing && isLong ? commented.replaceAll(/(["\d\]}])\n/g, "$1, /* c */\n") : commented
  return (trailed + end).replaceAll("\n", eol)
})

const words = fc.array(fc.constantFrom("# Rules", "", "text", "[a]", "x = 1", " é"), { maxLength: 5 })
  .chain((lines) => fc.constantFrom("\n", "\r\n", "\n\n").map((eol) => lines.join(eol)))

/** A file of a client, and how it is before: as people have it, or not at all. */
const places = fc.constantFrom(...all).chain((wanted) => {
  const [name] = wanted.names
  const text = name.endsWith(".json") ? personal : words
  return fc.option(text, { nil: undefined }).map((before) => ({ wanted, name, before }))
})

/** A JSON value without what set-up adds, and without what is empty. */
const others = (value: unknown): unknown => {
  if (typeof value !== "object" || value === null) return value
  if (Array.isArray(value)) {
    return value.filter((one) => !JSON.stringify(one).includes("chorus hook ")).map(others)
  }
  const kept = Object.entries(value).filter(([key]) => key !== "chorus")
    .map(([key, inner]) => [key, others(inner)] as const)
  return Object.fromEntries(kept.filter(([, inner]) => JSON.stringify(inner).length > 2))
}

const read = (text = ""): unknown => {
  const errors: Array<Jsonc.ParseError> = []
  const value: unknown = Jsonc.parse(text.trim() === "" ? "{}" : text, errors, { allowTrailingComma: true })
  assert.deepStrictEqual(errors, [], text)
  return JSON.parse(JSON.stringify(value))
}

it("set-up keeps what is people's, twice is once, and undo is the identity", () => {
  fc.assert(fc.property(places, ({ before, name, wanted }) => {
    const { journalFile, root, setup, undo } = place(before === undefined ? {} : { [name]: before })
    const untouched = tree(root)

    assert.deepStrictEqual(setup(false, [wanted]).refusals, [])
    const once = tree(root)
    assert.deepStrictEqual(setup(false, [wanted]).changes, [])

    assert.deepStrictEqual(tree(root), once)
    if (name.endsWith(".json")) {
      assert.deepStrictEqual(others(read(once[name])), others(read(before)), once[name])
    }
    // All that was theirs is there, character by character, in its order.
    let at = 0
    for (const character of once[name] ?? "") if (character === before?.[at]) at++
    assert.strictEqual(at, before?.length ?? 0, once[name])

    undo()
    assert.deepStrictEqual(tree(root), untouched)
    assert.isFalse(existsSync(journalFile))
  }), { numRuns: 100 })
})

it("an entry that was edited stays, with --force it is replaced, and undo brings it back", () => {
  const mine = "{\n  // mine\n  \"mcpServers\": { \"chorus\": { \"command\": \"my-chorus\" } }\n}\n"
  const { root, setup, undo } = place({ ".mcp.json": mine })

  const refused = setup()
  assert.deepStrictEqual(refused.refusals, [
    { file: ".mcp.json", because: "mcpServers.chorus was edited by hand; --force replaces it" }
  ])
  assert.strictEqual(tree(root)[".mcp.json"], mine)
  assert.deepStrictEqual(setup(true).refusals, [])
  assert.include(tree(root)[".mcp.json"], "\"acme/backend\"")
  undo()
  assert.deepStrictEqual(tree(root), { ".mcp.json": mine })
})

it("undo takes its own out of a file that was edited elsewhere, and leaves what was edited itself", () => {
  const { root, setup, undo } = place({ "AGENTS.md": "# Rules\n" })
  setup()
  put(root, "AGENTS.md", `${tree(root)["AGENTS.md"]}\nMore rules.\n`)
  put(root, ".mcp.json", (tree(root)[".mcp.json"] ?? "").replace("{", "{\n  \"note\": 1,"))
  put(root, "opencode.json", (tree(root)["opencode.json"] ?? "").replace("true", "false"))

  const { refusals } = undo()

  const left = tree(root)
  assert.strictEqual(left["AGENTS.md"], "# Rules\n\nMore rules.\n")
  assert.deepStrictEqual(JSON.parse(left[".mcp.json"] ?? ""), { note: 1, mcpServers: {} })
  assert.match(refusals[0]?.because ?? "", /^what set-up wrote \(mcp\.chorus\) was edited since/)
  assert.lengthOf(refusals, 1)
  assert.sameMembers(Object.keys(left), ["AGENTS.md", ".mcp.json", "opencode.json"])
})

it("a new name of the repository replaces what set-up wrote, and undo goes back to the beginning", () => {
  const { root, setup, undo } = place({ ".codex/config.toml": "model = \"x\"" })
  const before = tree(root)
  setup()
  const renamed = [...clients.flatMap((client) => client.files("acme/other")), guide]
  assert.deepStrictEqual(setup(false, renamed).refusals, [])
  const config = tree(root)[".codex/config.toml"] ?? ""
  assert.match(config, /^model = "x"\n\n# chorus: begin .+\n\[mcp_servers\.chorus\]/)
  assert.include(config, "\"acme/other\"")
  undo()
  assert.deepStrictEqual(tree(root), before)
})

it("what is no JSON, no UTF-8, a second entry or outside of the repository is not touched", () => {
  const outside = join(mkdtempSync(join(base, "outside-")), "settings.json")
  writeFileSync(outside, "{}")
  const { root, setup } = place({
    ".mcp.json": "{ \"mcpServers\": ",
    ".cursor/mcp.json": "{ \"mcpServers\": [] }",
    ".codex/config.toml": "[mcp_servers.\"chorus\"]\ncommand = \"x\"\n",
    ".claude/settings.json": "{}",
    ".vscode/mcp.json": `{ "a": ${"[".repeat(200_000)}`
  })
  chmodSync(join(root, ".claude/settings.json"), 0o444)
  symlinkSync(join(root, "..", "made"), join(root, "opencode.json"))
  writeFileSync(join(root, "AGENTS.md"), Buffer.from([0x61, 0xff, 0x62]))
  mkdirSync(join(root, ".gemini"))
  symlinkSync(outside, join(root, ".gemini/settings.json"))
  const told = Object.fromEntries(setup(true).refusals.map(({ because, file }) => [file, because]))
  assert.deepStrictEqual(told, {
    ".mcp.json": "it holds no JSON object; mend it first",
    ".cursor/mcp.json": "mcpServers.chorus has no object to stand in",
    ".codex/config.toml": "it names chorus outside of the block of set-up; take that out first",
    "AGENTS.md": "it is not UTF-8 text",
    ".gemini/settings.json": "it leads out of the repository",
    ".claude/settings.json": "it is read-only",
    ".vscode/mcp.json": "it holds no JSON object; mend it first",
    "opencode.json": "it is a link that leads nowhere"
  })
  assert.isFalse(existsSync(join(root, "..", "made")))
  assert.strictEqual(readFileSync(outside, "utf8"), "{}")
})

it("a file keeps its mode, and one that was written since the diff was shown is not overwritten", () => {
  const { journalFile, root, setup, undo } = place({ ".mcp.json": "{}\n", "AGENTS.md": "# Rules\n" })
  chmodSync(join(root, ".mcp.json"), 0o666)
  const shown = Setup.plan(root, all, Journal.empty(root), false)
  put(root, "AGENTS.md", "# Rules, and more\n")
  assert.throws(() => Setup.write(root, shown.changes, journalFile), /^AGENTS\.md was changed at this moment/)
  assert.strictEqual(tree(root)["AGENTS.md"], "# Rules, and more\n")
  setup()
  assert.strictEqual(statSync(join(root, ".mcp.json")).mode & 0o777, 0o666)
  assert.strictEqual(statSync(journalFile).mode & 0o777, 0o600)

  const looked = Setup.planUndo(root, Journal.read(journalFile, root))
  put(root, "AGENTS.md", `${tree(root)["AGENTS.md"]}and more still\n`)
  assert.throws(() => Setup.writeUndo(root, looked.changes, journalFile), /was changed at this moment/)
  assert.deepStrictEqual(undo().refusals, [])
  assert.deepStrictEqual(tree(root), {
    ".mcp.json": "{}\n",
    "AGENTS.md": "# Rules, and more\nand more still\n"
  })
  assert.strictEqual(statSync(join(root, ".mcp.json")).mode & 0o777, 0o666)
})

it("the scopes that agents are told to name are scopes", () => {
  const told = guide.parts.flatMap((part) =>
    part.kind === "block" ? [...part.lines.matchAll(/`(\w+:\w+=\w+)`/g)] : [])
  assert.isAbove(told.length, 0)
  for (const [, scope = ""] of told) assert.isDefined(Scope.parse(scope), scope)
})

it("a diff applied to the old lines gives the new ones", () => {
  const lines = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 12 }).map((all) => all.join("\n"))
  fc.assert(fc.property(lines, lines, (before, after) => {
    const diff = Diff.unified("f", before, after)
    const body = diff.split("\n").slice(2).filter((line) => !/^(@@|\\)/.test(line))
    const [gone, come] = ["-", "+"].map((sign) => body.filter((line) => line.startsWith(sign)).length)
    const [from, to] = [before, after].map((text) =>
      text === "" ? 0 : text.replace(/\n$/, "").split("\n").length)
    assert.strictEqual((come ?? 0) - (gone ?? 0), (to ?? 0) - (from ?? 0))
    assert.strictEqual(diff === "", before === after)
  }))
  assert.strictEqual(
    Diff.unified("f", "1\n2\n3\n4\n5\n6\n", "1\n2\n3\n4\nx\n5\n6\n"),
    "--- a/f\n+++ b/f\n@@ -2,5 +2,6 @@\n 2\n 3\n 4\n+x\n 5\n 6"
  )
})
