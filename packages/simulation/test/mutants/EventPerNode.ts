/**
 * H23, H30: every node makes an event of its own.
 */
import * as Original from "@chorus/coordination-core/slurp/SlurpEvent"

export * from "@chorus/coordination-core/slurp/SlurpEvent"

let made = 0

export const eventsOf: typeof Original.eventsOf = (session, world) =>
  Original.eventsOf(session, world).map((event) => ({ ...event, id: `${event.id}${made++}` }))
