/**
 * Whether this machine's clock can be right, by what it says itself and by what the facts say.
 *
 * Nothing is decided by a fact's time; it is what people read, and a clock that is wrong tells them
 * wrong hours and lets deadlines of rulings and claims look strange.
 */
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import type { Finding } from "../api/Findings.ts"

/** No clock that is right shows an earlier time. */
const earliestMillis = Date.UTC(2026, 0, 1)

/** Clocks of machines that are looked after differ by less. */
const aheadMaxMillis = 5 * 60_000

const remedy = "set the clock of this machine, and let it follow a time server (timedatectl set-ntp true)"

export const findings = (
  facts: ReadonlyArray<Pick<Fact, "from" | "timestamp">>,
  self: string,
  nowMillis: number
): ReadonlyArray<Finding> => {
  if (nowMillis < earliestMillis) {
    return [{ about: "clock", says: `it shows ${iso(nowMillis)}, which is past`, remedy }]
  }
  const latest = facts.reduce<{ readonly from: string; readonly atMillis: number } | undefined>(
    (best, { from, timestamp }) => {
      const atMillis = Date.parse(timestamp)
      return atMillis > (best?.atMillis ?? Number.NEGATIVE_INFINITY) ? { from, atMillis } : best
    },
    undefined
  )
  if (latest === undefined || latest.atMillis <= nowMillis + aheadMaxMillis) {
    return [{ about: "clock", says: `${iso(nowMillis)}, and no fact is ahead of it` }]
  }
  const minutes = Math.round((latest.atMillis - nowMillis) / 60_000)
  return [
    latest.from === self
      ? {
        about: "clock",
        says: `this node stated a fact ${minutes} minutes from now: the clock went back`,
        remedy
      }
      : {
        about: "clock",
        says: `${latest.from} stated a fact ${minutes} minutes from now: its clock or this one is wrong`,
        remedy: `compare both machines' \`date -u\`; ${remedy}`
      }
  ]
}

const iso = (millis: number): string => `${new Date(millis).toISOString().slice(0, 16)}Z`
