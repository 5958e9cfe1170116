/**
 * Recordings as they are read, plain and zipped, and where their reading ends.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import * as Recording from "../../src/replay/Recording.ts"
import { folder } from "../Nodes.ts"

const line = (fields: object) => JSON.stringify(fields)
const good = { repository: "nova", title: "t", time: "2016-01-01T00:00:00Z" }

/** A file with this content in a folder of its own. */
const written = (name: string, content: string | Buffer) =>
  Effect.map(folder, (path) => {
    writeFileSync(join(path, name), content)
    return join(path, name)
  })

describe("Recording", () => {
  it.effect("tasks come in time order, with the number of their line where they have no id", () =>
    Effect.gen(function*() {
      const path = yield* written("tasks.jsonl", [
        line({ ...good, time: "2016-01-02T00:00:00Z", id: "late" }),
        "",
        line({ ...good, time: "2016-01-01T00:00:00+01:00" }),
        line({ ...good, time: "2016-01-01T12:00:00Z", description: "d", more: "is ignored" })
      ].join("\r\n"))

      const tasks = yield* Recording.tasks(path, undefined)
      const first = yield* Recording.tasks(path, 1)

      assert.deepStrictEqual(tasks.map(({ id }) => id), ["3", "4", "late"])
      assert.deepStrictEqual(tasks[0], {
        id: "3",
        repository: "nova",
        title: "t",
        description: "",
        atMillis: Date.parse("2015-12-31T23:00:00Z")
      })
      assert.deepStrictEqual(first, tasks.slice(0, 1))
    }))

  it.effect("a zipped file holds the same, and so do links", () =>
    Effect.gen(function*() {
      const zipped = yield* written("tasks.jsonl.gz", gzipSync(line(good)))
      const links = yield* written("links.jsonl.gz", gzipSync(`${line({ from: "a", to: "b" })}\n`))

      assert.lengthOf(yield* Recording.tasks(zipped, undefined), 1)
      assert.deepStrictEqual(yield* Recording.links(links), [{ from: "a", to: "b" }])
    }))

  it.effect("a text that is longer than a task holds is cut", () =>
    Effect.gen(function*() {
      const long = { ...good, title: "x".repeat(300), description: "y".repeat(3000) }
      const [read] = yield* Recording.tasks(yield* written("tasks.jsonl", line(long)), undefined)

      assert.deepStrictEqual([read?.title.length, read?.description.length], [200, 2000])
    }))

  it.effect.each([
    ["not JSON", "{", /tasks\.jsonl:2 cannot be read: it is not JSON; mend the line or leave it out$/],
    ["without a field", line({ title: "t" }), /:2 cannot be read: Missing key at \["repository"\]; mend/],
    ["of no repository", line({ ...good, repository: "a b" }), /:2 .+Expected a repository/],
    ["at no time", line({ ...good, time: "yesterday" }), /:2 cannot be read: "yesterday" is no time; write/]
  ] as const)("a line that is %s ends the reading with its number", ([, bad, expected]) =>
    Effect.gen(function*() {
      const path = yield* written("tasks.jsonl", `${line(good)}\n${bad}\n`)

      assert.match((yield* Effect.flip(Recording.tasks(path, undefined))).message, expected)
    }))

  it.effect.each([
    ["tasks.jsonl", "\n\n", /holds no task$/],
    ["plain.jsonl.gz", line(good), /cannot be read: incorrect header check$/],
    ["cut.jsonl.gz", gzipSync("x".repeat(1000)).subarray(0, 20), /cannot be read: unexpected end of file$/]
  ] as const)("%s that holds nothing readable is refused", ([name, content, expected]) =>
    Effect.gen(function*() {
      assert.match(
        (yield* Effect.flip(Recording.tasks(yield* written(name, content), undefined))).message,
        expected
      )
    }))
})
