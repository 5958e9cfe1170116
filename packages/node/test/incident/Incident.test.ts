/**
 * What a node lived, exported and stepped through; and a mesh simulated from the command line.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { appendFileSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { chorus, claimed, folder, refused, start, text, up } from "../Nodes.ts"

const example = fileURLToPath(new URL("../../../../examples/08-read-an-exported-log.ts", import.meta.url))

it.live("S5: a stopped node's log is exported, and stepping through it tells what happened", () =>
  Effect.scoped(Effect.gen(function*() {
    const path = yield* folder
    const db = join(path, "chorus.db")
    const file = join(path, "incident.jsonl")
    const node = yield* up(db)
    yield* claimed(node, "api", "backend#42", "Define user authentication API")
    yield* claimed(node, "web", "frontend#43", "Implement authentication endpoint")
    const running = yield* refused(1, `export-log --db "${db}" "${file}"`)
    yield* text(node, "stop").pipe(Effect.ignore)
    yield* node.ended

    const exported = yield* chorus(`export-log --json --db "${db}" "${file}"`)
    const again = yield* refused(1, `export-log --db "${db}" "${file}"`)
    const read = yield* Effect.flatMap(start(process.execPath, [example, file]), ({ ended }) => ended)
    appendFileSync(file, `${JSON.stringify({ seen_at_ms: 1, sealed: "AAAA" })}\n`)
    const lived = yield* chorus(`--json sim --incident "${file}"`)

    assert.match(running, /chorus\.db/)
    assert.strictEqual(JSON.parse(exported.stdout).file, file)
    assert.match(again, /it is there already/)
    assert.match(read.stdout, /^dep_\w+: \w+\n$/, read.stderr)
    assert.match(lived.stderr, /api/)
    assert.match(lived.stderr, /refused/)
    const { facts, refused: broken, sessions } = JSON.parse(lived.stdout)
    assert.strictEqual(facts, readFileSync(file, "utf8").trimEnd().split("\n").length - 1)
    assert.strictEqual(broken, 1)
    assert.strictEqual(sessions.length, 1)
  })))

it.live("S5 H15: sim tells what came of a mesh with loss and a partition", () =>
  Effect.gen(function*() {
    const { code, stderr, stdout } = yield* chorus(
      "--json sim --agents 6 --repos 3 --loss 0.1 --partition 60s --seed 7"
    )

    assert.strictEqual(code, 0, stderr)
    const figures = JSON.parse(stdout)
    assert.strictEqual(figures.double_resolutions, 0)
    assert.strictEqual(figures.lost_escalations, 0)
    assert.strictEqual(figures.invariants_broken, 0)
    assert.isAbove(figures.sessions, 0)
  }))

it.live("sim says what is no mesh and no length of time", () =>
  Effect.gen(function*() {
    assert.match(yield* refused(64, "sim --agents 1"), /2 to 200 agents/)
    assert.match(yield* refused(64, "sim --partition soon"), /write 60s or 5m/)
    assert.match(yield* refused(1, "sim --incident nowhere.jsonl"), /nowhere\.jsonl/)
  }))
