/**
 * H18: a session that expires leaves no event.
 */
import * as Original from "@chorus/coordination-core/slurp/SlurpEvent"

export * from "@chorus/coordination-core/slurp/SlurpEvent"

export const eventsOf: typeof Original.eventsOf = (session, world) =>
  Original.eventsOf(session, world).filter((event) => event.outcome_type !== "expired")
