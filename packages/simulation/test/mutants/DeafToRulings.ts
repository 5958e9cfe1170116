/**
 * H24: nothing closes an escalated session.
 */
import * as Original from "@chorus/coordination-core/session/Session"

export * from "@chorus/coordination-core/session/Session"

export const evolve: typeof Original.evolve = (session, fact) =>
  fact.data.message_type === "ruling" ? session : Original.evolve(session, fact)
