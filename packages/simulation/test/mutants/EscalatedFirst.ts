/**
 * H16: an escalated session stays escalated, whatever the members agree on later.
 */
import * as Original from "@chorus/coordination-core/session/Status"

export * from "@chorus/coordination-core/session/Status"

export const statusOf: typeof Original.statusOf = (session, world) => {
  const status = Original.statusOf(session, world)
  return status === "resolved" && Original.escalationReasons(session, world).length > 0 ? "escalated" : status
}
