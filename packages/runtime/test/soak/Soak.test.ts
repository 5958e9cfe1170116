/**
 * A short soak: whatever passes through a node, what is over leaves its memory (H25, I11).
 *
 * The long one, `pnpm soak`, weighs the heap as well; here no figure of the machine is looked at.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Soak from "./Soak.ts"

it.live("H25 I11: after each cleanup memory holds no session and no claim that is over", () =>
  Effect.gen(function*() {
    const folder = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "chorus-soak-"))),
      (made) => Effect.sync(() => rmSync(made, { recursive: true, force: true }))
    )
    const file = join(folder, "chorus.db")

    const weighed = yield* Soak.run({ messages: 1600, file, steps: 4, atOnce: 16, tell: () => undefined })

    assert.deepStrictEqual(weighed.map(({ claims, sessions }) => [sessions, claims]), Array(4).fill([0, 0]))
    assert.deepStrictEqual(weighed.map(({ forgotten }) => forgotten.sessions), [48, 80, 128, 160])
  }))
