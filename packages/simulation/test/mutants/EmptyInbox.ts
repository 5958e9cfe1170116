/**
 * H22: an escalation is said once and kept nowhere.
 */
import * as Original from "@chorus/coordination-core/session/Status"

export * from "@chorus/coordination-core/session/Status"

export const waitsBecause: typeof Original.waitsBecause = (session, world) =>
  Original.statusOf(session, world) === "escalated" ? [] : Original.waitsBecause(session, world)
