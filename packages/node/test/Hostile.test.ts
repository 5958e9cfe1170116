/**
 * Honest nodes beside hostile members, in short; `pnpm hostile` is the long run, and judges times.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { fileURLToPath } from "node:url"
import { start } from "./Nodes.ts"

const Report = Schema.fromJsonString(Schema.Struct({
  flooded: Schema.Struct({ facts: Schema.Int, share: Schema.Number }),
  forged_votes: Schema.Int,
  graylisted_after: Schema.Record(Schema.String, Schema.Number)
}))

const run = fileURLToPath(new URL("hostile/run.ts", import.meta.url))

it.live("H8 H37: no forged vote counts, what the honest say arrives, and who floods is not listened to", () =>
  Effect.gen(function*() {
    const flags = "--json --nodes 3 --seconds 2 --grace 60 --attacks forge,withhold,graft"
    const { ended } = yield* start(process.execPath, [run, ...flags.split(" ")])

    const { stderr, stdout } = yield* ended

    assert.notStrictEqual(stdout, "", stderr)
    const report = Schema.decodeUnknownSync(Report)(stdout)
    assert.strictEqual(report.forged_votes, 0)
    assert.isAbove(report.flooded.facts, 0)
    assert.strictEqual(report.flooded.share, 1)
    assert.hasAllKeys(report.graylisted_after, ["forge", "graft"])
  }), 240_000)
