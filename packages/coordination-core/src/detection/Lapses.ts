/**
 * When claims leave the index by time alone: each once, by the minute in which it lapses.
 *
 *     indexed ──noted──▶ its minute ──swept──▶ lapsed, or renewed meanwhile and noted again
 *
 * A renewal alone notes nothing, so a claim that is renewed without end takes one place.
 */
import * as HashMap from "effect/HashMap"
import * as HashSet from "effect/HashSet"
import * as Option from "effect/Option"
import type { FactId } from "../identity/FactId.ts"

export type Lapses = HashMap.HashMap<number, HashSet.HashSet<FactId>>

export const empty: Lapses = HashMap.empty()

export const note = (lapses: Lapses, claim: FactId, untilMillis: number): Lapses =>
  HashMap.modifyAt(lapses, Math.ceil(untilMillis / 60_000), (claims) =>
    Option.some(HashSet.add(Option.getOrElse(claims, () => HashSet.empty<FactId>()), claim)))

/** The claims that may have lapsed by a minute, and the lapses without them. */
export const swept = (
  lapses: Lapses,
  minute: number
): { readonly due: ReadonlyArray<FactId>; readonly rest: Lapses } => {
  const due = [...HashMap.entries(lapses)].filter(([lapsing]) => lapsing <= minute)
  return {
    due: due.flatMap(([, claims]) => [...claims]),
    rest: due.reduce((rest, [lapsing]) => HashMap.remove(rest, lapsing), lapses)
  }
}

/** Only those of claims that are kept. */
export const kept = (lapses: Lapses, keeps: (claim: FactId) => boolean): Lapses =>
  HashMap.filter(
    HashMap.map(lapses, (claims) => HashSet.filter(claims, keeps)),
    (claims) => !HashSet.isEmpty(claims)
  )
