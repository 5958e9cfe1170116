/**
 * A progress bar on stderr: a line that moves on a terminal, a line every tenth elsewhere.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Print from "../cli/Print.ts"

const width = 30
const redrawMillis = 100

/** Draws how much of `total` is done whenever it is told. */
export const make = Effect.fnUntraced(function*(total: number, what = "replay") {
  const start = yield* Clock.currentTimeMillis
  let [drawnMillis, drawnTenth] = [0, 0]
  return Effect.fnUntraced(function*(done: number) {
    const now = yield* Clock.currentTimeMillis
    const rate = done / Math.max(1, (now - start) / 1000)
    const left = Math.round((total - done) / Math.max(rate, 0.001))
    const filled = Math.round((done / total) * width)
    const bar = `${"#".repeat(filled)}${"-".repeat(width - filled)}`
    const line = `${what} [${bar}] ${done}/${total} tasks, ${rate.toFixed(0)} a second, ${left} s left`
    if (process.stderr.isTTY) {
      if (done < total && now - drawnMillis < redrawMillis) return
      drawnMillis = now
      yield* done === total ? Effect.andThen(Print.overwrite(line), Print.say("")) : Print.overwrite(line)
    } else if (Math.floor(done * 10 / total) > drawnTenth) {
      drawnTenth = Math.floor(done * 10 / total)
      yield* Print.say(line)
    }
  })
})
