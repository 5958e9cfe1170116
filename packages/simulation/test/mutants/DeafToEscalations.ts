/**
 * H13: what others escalate goes unnoticed.
 */
import * as Original from "@chorus/coordination-core/session/Session"

export * from "@chorus/coordination-core/session/Session"

export const evolve: typeof Original.evolve = (session, fact) =>
  fact.data.message_type === "escalation" ? session : Original.evolve(session, fact)
