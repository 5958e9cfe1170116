/**
 * `pnpm soak [--messages N]`: a million messages over 100,000 sessions through one node, weighed.
 *
 * Exits with 1 when, after the warm-up, the heap grows by more than a byte with each message.
 */
import * as Effect from "effect/Effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import * as Crowd from "./Crowd.ts"
import * as Soak from "./Soak.ts"

/** Bytes a message (G11). */
const goal = 1

const { values } = parseArgs({ options: { messages: { type: "string", default: "1000000" } } })
const messages = Number(values.messages)
if (!Number.isSafeInteger(messages) || messages < Crowd.messagesPerSession) {
  console.error(`--messages is a whole number, at least ${Crowd.messagesPerSession}`)
  process.exit(2)
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
const folder = mkdtempSync(join(tmpdir(), "chorus-soak-"))
const weighed = await Effect.runPromise(Effect.scoped(Soak.run({
  messages,
  file: join(folder, "chorus.db"),
  steps: 25,
  // They share a commit, so the disk is waited for less often.
  atOnce: 64,
  tell: (step) =>
    console.error(
      `${step.messages} messages, ${step.seconds.toFixed(0)} s, heap ${megabytes(step.heapBytes)}, ` +
        `in memory ${step.sessions} sessions and ${step.claims} claims, forgotten ${step.forgotten.sessions}`
    )
}))).finally(() => rmSync(folder, { recursive: true, force: true }))

const slope = Soak.slope(weighed)
const last = weighed.at(-1)
console.table(weighed.map((step) => ({
  messages: step.messages,
  seconds: Math.round(step.seconds),
  heap: megabytes(step.heapBytes),
  sessions: step.sessions,
  claims: step.claims,
  "sessions forgotten": step.forgotten.sessions,
  "places forgotten": step.forgotten.places
})))
console.log(
  `${last?.messages ?? 0} messages in ${Math.round(last?.seconds ?? 0)} s; ` +
    `after the warm-up the heap grows by ${slope.toFixed(3)} bytes a message (goal: at most ${goal})`
)
process.exitCode = slope <= goal ? 0 : 1
