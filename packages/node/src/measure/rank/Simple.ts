/**
 * Baselines without an index: the newest first, and the seed's keyword rules.
 */
import type { Questions } from "../History.ts"
import type { Recorded } from "../../replay/Recording.ts"
import type { Ranked, Ranker, Row } from "../Ranker.ts"
import { best } from "./Best.ts"

export const newest: Row = {
  id: "newest",
  title: "newest first",
  make: (tasks, windowStart) =>
    still((at) => (limit) => {
      const found: Array<Ranked> = []
      for (let other = at - 1; other >= (windowStart[at] ?? 0) && found.length < limit; other--) {
        if (tasks[other]?.repository === tasks[at]?.repository) continue
        found.push({ at: other, score: 1 / (at - other) })
      }
      return found
    })
}

/**
 * The rules as the seed declares them: by the keywords of a rule, of which its printed validators
 * look for a part. As many points as rules fire; each pair with a point is an alert.
 */
export const seedRules: Row = {
  id: "seed",
  title: "seed rules",
  make: (tasks, windowStart) => {
    const flags = flagsOf(tasks)
    return {
      ...still((at) => {
        const found = pointsOf(tasks, windowStart, flags, at)
        return (limit) => best(found, limit)
      }),
      alarm: (answer) => answer(Infinity)
    }
  }
}

/** A ranker that keeps nothing. */
const still = (arrive: Ranker["arrive"]): Ranker => ({
  arrive,
  forget: () => undefined,
  confirm: () => undefined
})

const keywords = [
  ["database", "schema", "migration", "table", "model"],
  ["config", "environment", "settings", "parameters"],
  ["security", "auth", "permission", "token", "encrypt"]
]
/** The bits of `api` and `implement`, which match across; the bits of the other rules match alike. */
const [api, implement, alike] = [1, 2, 28]

/** What each text holds, as bits. */
const flagsOf = (tasks: ReadonlyArray<Recorded>): Uint8Array =>
  Uint8Array.from(tasks, ({ description, title }) => {
    const text = `${title} ${description}`.toLowerCase()
    return [["api"], ["implement"], ...keywords].reduce((bits, words, bit) =>
      words.some((word) => text.includes(word)) ? bits | (1 << bit) : bits, 0)
  })

const pointsOf = (
  tasks: ReadonlyArray<Recorded>,
  windowStart: Questions["windowStart"],
  flags: Uint8Array,
  at: number
): ReadonlyArray<Ranked> => {
  const repository = tasks[at]?.repository
  const own = flags[at] ?? 0
  const found: Array<Ranked> = []
  for (let other = windowStart[at] ?? 0; other < at; other++) {
    const theirs = flags[other] ?? 0
    const across = ((own & api) !== 0 && (theirs & implement) !== 0) ||
      ((own & implement) !== 0 && (theirs & api) !== 0)
    const both = own & theirs & alike
    if (!across && both === 0) continue
    const score = Number(across) + (both & 4) / 4 + (both & 8) / 8 + (both & 16) / 16
    if (tasks[other]?.repository !== repository) found.push({ at: other, score })
  }
  return found
}
