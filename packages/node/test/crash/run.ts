/**
 * `pnpm crash`: kills real nodes at every failpoint, restarts them, and looks for what broke.
 *
 *     pnpm crash --kills 500          spread over all labels and their counts
 *     pnpm crash --at "before sqlite.commit" --kills 5
 *     pnpm crash --households 4       more at once, where there are cores or waiting
 *
 * Progress goes to stderr, the table to stdout; the exit code is 1 when a promise was
 * broken or not all was done.
 */
import * as Effect from "effect/Effect"
import { availableParallelism } from "node:os"
import { parseArgs } from "node:util"
import * as Signals from "../../src/cli/Signals.ts"
import { type Label, labels, stepOf } from "./Failpoint.ts"
import * as Sweep from "./Sweep.ts"
import type { Outcome } from "./Victim.ts"

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "116" },
    at: { type: "string" },
    households: { type: "string", default: String(availableParallelism()) }
  }
})
const [kills, households] = [Number(values.kills), Number(values.households)]
const chosen = labels.filter((label) => values.at === undefined || label === values.at)
const isCount = (number: number): boolean => Number.isSafeInteger(number) && number > 0
if (!isCount(kills) || !isCount(households) || chosen.length === 0) {
  const numbers = "--kills and --households are numbers from 1 on"
  process.stderr.write(`${numbers}, --at one of:\n${labels.join("\n")}\n`)
  process.exit(64)
}

const startedMillis = Date.now()
const outcomes: Array<Outcome> = []

const sweep = Sweep.sweep(Sweep.aims(kills, chosen), households, (outcome) =>
  Effect.sync(() => {
    outcomes.push(outcome)
    const { aim, findings } = outcome
    const verdict = findings.length === 0 ? "ok" : findings.join("; ")
    process.stderr.write(`${outcomes.length}/${kills} ${aim.label} (${aim.count}): ${verdict}\n`)
  }))
// Whoever ends it early gets the table of what was done, and no node is left behind.
await Effect.runPromise(Effect.raceFirst(sweep, Signals.received))

const rows = labels.flatMap((label: Label) => {
  const own = outcomes.filter(({ aim }) => aim.label === label)
  const ok = own.filter(({ findings }) => findings.length === 0).length
  return own.length === 0 ? [] : [{ label, while: stepOf(label).phase, kills: own.length, ok }]
})
const broken = outcomes.filter(({ findings }) => findings.length > 0)
console.table(rows)
console.log(
  `${outcomes.length} kills at ${rows.length} failpoints in ` +
    `${Math.round((Date.now() - startedMillis) / 1000)} s, ${broken.length} broke a promise`
)
process.exit(broken.length === 0 && outcomes.length === kills ? 0 : 1)
