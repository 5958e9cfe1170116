/**
 * H3: an answer whose words contain "agree" is an agreement, whatever stance it names.
 */
import * as Original from "@chorus/coordination-core/vote/Vote"

export * from "@chorus/coordination-core/vote/Vote"

export const fromFact: typeof Original.fromFact = (fact) => {
  const vote = Original.fromFact(fact)
  return vote?.reason.includes("agree") ? { ...vote, stance: "agree" } : vote
}
