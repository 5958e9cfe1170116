/**
 * What a file of lines may be like when the sink opens it, and what the sink writes.
 */
import type { SlurpEvent } from "@chorus/coordination-core/slurp/SlurpEvent"
import { SlurpSink } from "@chorus/coordination-core/ports/SlurpSink"
import { event } from "@chorus/port-contracts/SlurpSinkContract"
import * as JsonlSlurpSink from "@chorus/slurp/JsonlSlurpSink"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as TemporaryFolder from "./TemporaryFolder.ts"

const newFile = Effect.map(TemporaryFolder.make, (folder) => join(folder, "slurp.jsonl"))
const deliver = (file: string, delivered: SlurpEvent) =>
  Effect.provide(
    Effect.flatMap(SlurpSink, (sink) => sink.deliver(delivered)),
    JsonlSlurpSink.layer({ file })
  )
const line = (id: string) => `${JSON.stringify(event(id))}\n`

describe("a file of lines", () => {
  it.live("has one line of JSON an event and is for its owner only", () =>
    Effect.gen(function*() {
      const file = yield* newFile
      yield* deliver(file, event("a"))
      yield* deliver(file, event("b"))
      assert.strictEqual(readFileSync(file, "utf8"), line("a") + line("b"))
      assert.strictEqual(statSync(file).mode & 0o777, 0o600)
    }))

  it.live("loses a torn last line, whose event then comes again (H38)", () =>
    Effect.gen(function*() {
      const file = yield* newFile
      for (const torn of [line("b").slice(0, -1), line("b").slice(0, 20), "{\"id\": \"\u{1F680}"]) {
        writeFileSync(file, line("a") + torn)
        yield* deliver(file, event("b"))
        assert.strictEqual(readFileSync(file, "utf8"), line("a") + line("b"))
      }
    }))

  it.live("with a broken line in the middle is refused by its number and left alone (H38)", () =>
    Effect.gen(function*() {
      const file = yield* newFile
      const text = `${line("a")}{"id": 3}\n${line("b")}torn`
      writeFileSync(file, text)

      const error = yield* Effect.flip(deliver(file, event("c")))

      assert.match(error.message, /slurp\.jsonl does not take events: line 2 is no event: repair/)
      assert.strictEqual(readFileSync(file, "utf8"), text)
    }))
})
