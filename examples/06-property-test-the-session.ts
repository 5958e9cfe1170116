/**
 * A fold of your own is tested like those of sessions: over any history of facts, in any order, with
 * any doubles. The laws find out which of these two ways to count claims is wrong.
 *
 *     node examples/06-property-test-the-session.ts
 */
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import * as Arbitraries from "@chorus/coordination-core/testing/Arbitraries"
import * as Laws from "@chorus/coordination-core/testing/Laws"

const isClaim = ({ data }: Fact): boolean => data.message_type === "task_claimed"

/** The ids of all claims: a set, however it is filled. */
const asSet = {
  initial: [],
  evolve: (ids: ReadonlyArray<string>, fact: Fact): ReadonlyArray<string> =>
    isClaim(fact) ? [...new Set([...ids, fact.id])].sort() : ids
}

/** A number, which a fact that comes twice raises twice. */
const asNumber = {
  initial: 0,
  evolve: (count: number, fact: Fact): number => isClaim(fact) ? count + 1 : count
}

const broken = <State>(fold: Laws.Fold<State>): ReadonlyArray<string> =>
  Laws.fold(fold, Arbitraries.facts(10)).flatMap((law) => {
    try {
      law.check(50)
      return []
    } catch {
      return [law.title]
    }
  })

console.log(`as a set: ${broken(asSet).length} laws broken`)
console.log(`as a number: ${broken(asNumber).join("; ")}`)
