/**
 * H11: of several openings the one that came last is kept.
 */
import * as Opening from "@chorus/coordination-core/session/Opening"
import * as Original from "@chorus/coordination-core/session/Session"

export * from "@chorus/coordination-core/session/Session"

export const evolve: typeof Original.evolve = (session, fact) => {
  const opening = Opening.fromFact(fact)
  return opening === undefined ? Original.evolve(session, fact) : { ...session, opening }
}
