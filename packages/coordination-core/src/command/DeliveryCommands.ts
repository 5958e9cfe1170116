/**
 * The command that notes what an agent was shown, or took note of: one fact for a session.
 *
 * What was noted before is not stated again, and what is no item of the session never, so that
 * whoever asks over and over costs the mesh nothing. (docs/rules.md, 7: delivery)
 */
import * as Result from "effect/Result"
import * as Delivery from "../delivery/Delivery.ts"
import { draft } from "../fact/Draft.ts"
import { itemsMax } from "../fact/SessionFacts.ts"
import { key as agentKey } from "../identity/AgentId.ts"
import * as Replica from "../replica/Replica.ts"
import type { Carried, Command, Context, Refused } from "./Command.ts"

/**
 * Notes what is new; a session that is not known here, or that the agent is not in, is left out. Where
 * nothing is named, all that was shown is meant.
 */
export const note = (
  { at, node, replica }: Context,
  { agent, noted, stage }: Command & { readonly _tag: "Note" }
): Result.Result<Carried, Refused> => {
  const world = Replica.world(replica)
  const named = Map.groupBy(noted, ({ session }) => session)
  const sessions = noted.length === 0 ? Replica.sessionsWith(replica, node) : [...named.keys()]
  const fresh = sessions.flatMap((id) => {
    const session = Replica.sessionById(replica, id)
    if (session === undefined) return []
    const known = Delivery.of(session, world, agentKey({ node, name: agent }), at.wallMillis)
      .filter((item) => named.get(id)?.some(({ items }) => items.includes(item.id)) ?? item.stage === "shown")
      .filter((item) => !Delivery.atLeast(item.stage, stage))
      .slice(0, itemsMax)
    return known.length === 0 ? [] : [{ session: id, items: known.map((item) => item.id) }]
  })
  const count = fresh.reduce((sum, { items }) => sum + items.length, 0)
  return Result.succeed({
    drafts: fresh.map(({ items, session }) => draft({
      message_type: "delivery_noted",
      session_id: session,
      agent_id: agent,
      stage,
      items
    })),
    done: { summary: `${agent}: ${count} ${count === 1 ? "item" : "items"} ${stage}` }
  })
}
