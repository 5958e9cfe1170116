/**
 * H1, H2: whoever detects a dependency opens a session of its own.
 */
import * as Original from "@chorus/coordination-core/session/Opening"

export * from "@chorus/coordination-core/session/Opening"

export const fromFact: typeof Original.fromFact = (fact) => {
  const opening = Original.fromFact(fact)
  return opening && { ...opening, session: `${opening.session}${fact.from.slice(-4)}` }
}
