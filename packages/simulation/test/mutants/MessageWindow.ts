/**
 * H7: only the last message of a session is remembered.
 */
import * as Original from "@chorus/coordination-core/session/Status"
import * as HashMap from "effect/HashMap"

export * from "@chorus/coordination-core/session/Status"

export const statusOf: typeof Original.statusOf = (session, world) =>
  Original.statusOf({
    ...session,
    messages: HashMap.fromIterable(HashMap.toEntries(session.messages).slice(-1))
  }, world)
