/**
 * What the node tells of delivery: what waits unseen for an agent, and who has seen what.
 */
import { stages } from "@chorus/coordination-core/delivery/Delivery"
import * as Schema from "effect/Schema"

const Kind = Schema.Literals(["session", "plan", "stuck", "message", "decision", "outcome", "awaited"])
const Stage = Schema.Literals(stages)

/** How far an item of a session has come with one of its members. */
export const DeliveryRow = Schema.Struct({
  agent: Schema.String,
  item: Schema.String,
  kind: Kind,
  stage: Stage,
  /** When it was stated. */
  at: Schema.String,
  /** For so long it has not been seen; none once it was, or once it concerns the agent no more. */
  unread_seconds: Schema.optionalKey(Schema.Int),
  /** Unread, and the time of the session is over. */
  expired: Schema.Boolean
})
export type DeliveryRow = typeof DeliveryRow.Type

/** What there is to tell an agent, in a line. */
export const NewsLine = Schema.Struct({
  session: Schema.String,
  kind: Kind,
  /** What has been seen by whoever has seen the line. */
  items: Schema.Array(Schema.String),
  stage: Stage,
  /** Whether it is told until the agent has done something about it. */
  waits: Schema.Boolean,
  /** The agent works at none of its tasks there any more, so nothing of it has to hold it up. */
  over: Schema.Boolean,
  unread_seconds: Schema.Int,
  /** A sentence of ours, in which what others wrote is fenced. */
  text: Schema.String
})
export type NewsLine = typeof NewsLine.Type

/** The most important first. */
export const News = Schema.Struct({
  agent: Schema.String,
  lines: Schema.Array(NewsLine),
  /** So many more lines are not told now. */
  more: Schema.Int
})
export type News = typeof News.Type

/** What the agents of this node have not seen. */
export const Unread = Schema.Struct({ items: Schema.Int, oldest_seconds: Schema.Int })
