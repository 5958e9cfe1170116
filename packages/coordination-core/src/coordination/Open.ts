/**
 * Which sessions are not over: active, or waiting for a person.
 */
import * as HashSet from "effect/HashSet"
import * as Replica from "../replica/Replica.ts"
import * as Status from "../session/Status.ts"
import type { NodeSettings } from "./NodeSettings.ts"

/** The open sessions, now that something touched some of them. */
export const after = (
  { open, settings: { quorum } }: {
    readonly open: HashSet.HashSet<string>
    readonly settings: Pick<NodeSettings, "quorum">
  },
  replica: Replica.Replica,
  touched: ReadonlyArray<string>
): HashSet.HashSet<string> => {
  const world = Replica.world(replica)
  return touched.reduce((all, id) => {
    const session = Replica.sessionById(replica, id)
    if (session === undefined) return all
    const isOpen = Status.statusOf(session, world) === "active" ||
      Status.waitsBecause(session, world, quorum).length > 0
    return isOpen ? HashSet.add(all, id) : HashSet.remove(all, id)
  }, open)
}
