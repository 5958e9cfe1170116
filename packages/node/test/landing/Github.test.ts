/**
 * What `gh` prints is understood whole or refused with the entry; footers across repositories are links.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Github from "../../src/landing/Github.ts"
import * as Import from "../../src/landing/Import.ts"
import * as Failure from "../../src/cli/Failure.ts"
import { folder } from "../Nodes.ts"

const one = {
  number: 5,
  title: "Replace the users API",
  url: "https://github.com/Org/api/pull/5",
  body: "All of it.\r\nNeeded-By: org/web#9",
  state: "MERGED",
  createdAt: "2026-01-01T10:00:00Z",
  labels: [{ name: "kept for others" }]
}
const two = {
  number: 7,
  title: "Show users",
  url: "https://github.com/org/web/issues/7",
  body: "Depends-On: https://github.com/org/api/pull/5\nDepends-On: #8\nDepends-On: org/gone#1",
  createdAt: "2026-01-02T10:00:00Z"
}
const read = (...entries: ReadonlyArray<unknown>) => Github.read(JSON.stringify(entries))

it("entries are understood, and what they say of each other across repositories is a link", () => {
  const three = { ...two, number: 8, url: "https://github.com/org/web/issues/8", body: null }
  const items = Result.getOrThrow(read(one, two, three))

  const announced = items.map(Github.announced)
  assert.deepStrictEqual(announced.map(({ change, closed, task }) => [task, change, closed]), [
    ["Org/api#5", one.url, true],
    ["org/web#7", undefined, false],
    ["org/web#8", undefined, false]
  ])
  assert.deepStrictEqual(Github.links(items), {
    links: [{ from: "org/web#7", to: "Org/api#5", source: "depends-on" }],
    lost: 2
  })
})

it("H21: half a character is written as none, so that words stay", () => {
  const items = Result.getOrThrow(read({ ...one, title: "\ud800", body: "half \udc00 way" }))
  const [item] = items.map(Github.announced)

  assert.deepInclude(item, { title: "\ufffd", description: "half \ufffd way" })
})

it("what is too long is cut between characters", () => {
  const [long = { task: "", title: "" }] = Result.getOrThrow(
    read({ ...one, title: `${"x".repeat(199)}\u{1F600}`, body: `${"y".repeat(1999)}\u{1F600}` })
  ).map(Github.announced)
  assert.deepInclude(long, { title: "x".repeat(199), description: "y".repeat(1999) })
})

const refused: ReadonlyArray<readonly [string, ReadonlyArray<unknown>, RegExp]> = [
  ["a title that is none", [one, { ...two, title: " " }], /^entry 2: .+title/],
  ["an entry without its number", [{ ...one, number: undefined }], /^entry 1: .+number.+gh … --json/],
  ["an address of another number", [{ ...one, number: 6 }], /^entry 1: url .+ is no issue .+ of number 6/],
  ["an address that is none", [{ ...one, url: "javascript:5" }], /^entry 1: url/],
  ["a state that is none", [{ ...one, state: "open" }], /^entry 1: .+state/],
  ["an entry that stands twice", [one, one], /^entry 2: Org\/api#5 stands twice/]
]
for (const [title, entries, why] of refused) {
  it(`refuses ${title}`, () => {
    const result = read(...entries)
    assert.match(Result.isFailure(result) ? result.failure : "accepted", why)
  })
}

it.live("a history is written whole or not at all, and without what gives the partners away", () =>
  Effect.gen(function*() {
    const path = yield* folder
    const [file, history] = [join(path, "issues.json"), join(path, "history")]
    writeFileSync(file, JSON.stringify([one, two]))
    const importing = (announce: Import.Options["announce"]) =>
      Import.github({ files: [file], history, announce })

    const failed = yield* Effect.flip(importing(() => Effect.fail(Failure.make("unavailable", "no node"))))
    assert.strictEqual(failed.message, "no node")
    assert.isFalse(existsSync(history))
    yield* importing(undefined)
    assert.isFalse(existsSync(history))

    yield* importing(() => Effect.succeed("announced"))
    const lines = (name: string) =>
      readFileSync(join(history, `${name}.jsonl`), "utf8").trim().split("\n")
        .map((line): unknown => JSON.parse(line))
    assert.deepStrictEqual(lines("links"), [{ from: "org/web#7", to: "Org/api#5", source: "depends-on" }])
    assert.deepStrictEqual(lines("tasks")[1], {
      id: "org/web#7",
      repository: "org/web",
      title: "Show users",
      description: "",
      time: two.createdAt
    })
  }))
