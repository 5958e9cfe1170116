/**
 * Real processes on a real network, in short; `pnpm net` is the long run.
 *
 * Where network namespaces are not permitted the run says so on stderr and takes relays on
 * 127.0.0.1 instead, so nothing here depends on them.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { fileURLToPath } from "node:url"
import { start } from "./Nodes.ts"

const Report = Schema.fromJsonString(Schema.Struct({
  wires: Schema.String,
  dependencies: Schema.Int,
  calls_per_dependency: Schema.Number,
  faults: Schema.Array(Schema.String)
}))

const run = fileURLToPath(new URL("net/run.ts", import.meta.url))

/** The report of a run, which must have ended well. */
const reportOf = Effect.fnUntraced(function*(flags: string) {
  const { ended } = yield* start(process.execPath, [run, "--json", ...flags.split(" ")])
  const { code, stderr, stdout } = yield* ended
  assert.strictEqual(code, 0, `${stdout}${stderr}`)
  return Schema.decodeUnknownSync(Report)(stdout)
})

it.live("H12 H15 I6 I7: two halves that were cut apart decide nothing twice, and end up equal", () =>
  Effect.gen(function*() {
    const report = yield* reportOf("--nodes 4 --seconds 3 --parts partition,late")

    assert.deepStrictEqual(report.faults, [])
    assert.isAtLeast(report.dependencies, 4)
    assert.strictEqual(report.calls_per_dependency, 1)
  }))

it.live("I5: over lines that lose and delay every session ends, and ends once", () =>
  Effect.gen(function*() {
    const report = yield* reportOf("--nodes 2 --loopback --parts lines")

    assert.deepStrictEqual(report.faults, [])
    assert.deepInclude(report, { wires: "relays on 127.0.0.1", dependencies: 1 })
  }))
