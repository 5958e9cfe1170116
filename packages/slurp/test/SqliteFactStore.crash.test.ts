/**
 * The store when its process dies: `CommitLoop.ts` in a child, and SIGKILL.
 */
import { FactStore } from "@chorus/coordination-core/ports/FactStore"
import { forAll } from "@chorus/port-contracts/Check"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as fc from "fast-check"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { fact, layer } from "./Sample.ts"
import * as TemporaryFolder from "./TemporaryFolder.ts"

/** A child that commits from a place on, until the scope closes at the latest. */
const commitLoop = Effect.fnUntraced(function*(file: string, first = 1) {
  const script = fileURLToPath(new URL("./CommitLoop.ts", import.meta.url))
  const child = yield* Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, [script, file, String(first)], {
        stdio: ["ignore", "pipe", "inherit"]
      })
    ),
    (running) => Effect.sync(() => running.kill("SIGKILL"))
  )
  const dead = once(child, "close")
  return {
    lines: createInterface(child.stdout),
    kill: Effect.promise(() => {
      child.kill("SIGKILL")
      return dead
    })
  }
})

/** Lets a child run until it has said so many lines, kills it, and gives all that it said. */
const killAfter = Effect.fnUntraced(function*(count: number, file: string, first: number) {
  const { kill, lines } = yield* commitLoop(file, first)
  const said: Array<string> = []
  yield* Effect.callback<void>((resume) => {
    lines.on("line", (line) => said.push(line) === count && resume(Effect.void))
    lines.on("close", () => resume(Effect.void))
  })
  yield* kill
  return said
})

const factsIn = (file: string) =>
  Effect.provide(Effect.flatMap(FactStore, (store) => Stream.runCollect(store.facts)), layer(file))

describe("a process that is killed", () => {
  it.live("loses no fact that it acknowledged, whenever it dies (H38, G7)", () => {
    const moments = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 4, maxLength: 4 })
    return forAll(moments, (rounds) =>
      Effect.gen(function*() {
        const file = join(yield* TemporaryFolder.make, "chorus.db")
        const acknowledged: Array<number> = []

        for (const [round, moment] of rounds.entries()) {
          const said = yield* killAfter(moment, file, round * 1e6 + 1)
          assert.isAtLeast(said.length, moment, "the child died by itself")
          acknowledged.push(...said.map(Number).filter((place) => place > 0))

          const kept = yield* factsIn(file)
          const places = kept.map(({ seq }) => seq)
          assert.includeMembers(places, acknowledged)
          assert.deepStrictEqual(kept, places.map((place) => fact(place, place % 5000)))
        }
      }).pipe(Effect.scoped), 2)
  })

  it.live("holds the store alone while it lives, and leaves no lock behind", () =>
    Effect.gen(function*() {
      const file = join(yield* TemporaryFolder.make, "chorus.db")
      const children = yield* Effect.all([commitLoop(file), commitLoop(file), commitLoop(file)])
      const outcomes = children.map(({ lines }) =>
        Effect.callback<string>((resume) => {
          lines.on("line", (line) => line === "starting" || resume(Effect.succeed(line)))
        })
      )

      const said = yield* Effect.all(outcomes, { concurrency: "unbounded" })
      const error = yield* Effect.flip(factsIn(file))
      for (const { kill } of children) yield* kill
      const kept = yield* factsIn(file)

      assert.deepStrictEqual(said.sort(), ["locked", "locked", "open"])
      assert.strictEqual(error.reason, "locked")
      assert.match(error.message, /chorus\.db is in use by another process.*stop it first/)
      assert.isArray(kept)
    }))
})
