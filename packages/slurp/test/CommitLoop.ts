/**
 * A process that commits facts until it is killed: `CommitLoop.ts <file> <first place>`.
 *
 * It prints a line when it starts, one when the store is open, and one for each fact that was
 * acknowledged: its place. A store that does not open is said in one line: its reason.
 */
import { FactStore } from "@chorus/coordination-core/ports/FactStore"
import * as Effect from "effect/Effect"
import { writeSync } from "node:fs"
import { fact, layer } from "./Sample.ts"

const [file = "", first = "1"] = process.argv.slice(2)
const say = (line: string | number) => void writeSync(1, `${line}\n`)

say("starting")
let seq = Number(first)
await FactStore.pipe(
  Effect.tap(() => Effect.sync(() => say("open"))),
  Effect.flatMap((store) =>
    // Several at once, so that groups are cut short too.
    Effect.all(Array.from({ length: 4 }, () =>
      Effect.forever(Effect.suspend(() => {
        const place = seq++
        const commit = store.commit({ facts: [fact(place, place % 5000)], events: [] })
        return Effect.andThen(commit, Effect.sync(() => say(place)))
      }))), { concurrency: "unbounded" })
  ),
  Effect.provide(layer(file)),
  Effect.catchTag("StoreError", (error) => Effect.sync(() => say(error.reason))),
  Effect.runPromise
)
