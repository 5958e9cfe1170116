/**
 * What the node tells about work that lands: agreed plans, promises, announced tasks.
 */
import { TaskKey } from "@chorus/coordination-core/identity/TaskKey"
import { PlanItem } from "@chorus/coordination-core/plan/PlanContent"
import * as Schema from "effect/Schema"
import * as Words from "./Words.ts"

const optional = Schema.optionalKey

/** What the members of a session agreed to. */
export const Agreed = Schema.Struct({
  session: Schema.String,
  plan: Schema.String,
  /** They agreed that the alert was about nothing. */
  nothing_to_do: Schema.Boolean,
  tasks: Schema.Array(Schema.Struct({
    task: TaskKey,
    title: Schema.String,
    agent: PlanItem.fields.owner,
    change: optional(Schema.String)
  })),
  items: Schema.Array(PlanItem),
  /** The task that the alert told to go first. */
  first: optional(TaskKey)
})
export type Agreed = typeof Agreed.Type

/** A step of an agreed plan that an agent has to keep. */
export const Promised = Schema.Struct({
  session: Schema.String,
  plan: Schema.String,
  item: Schema.String,
  action: Schema.String,
  done_when: Schema.String,
  /** The agent itself promised this, word for word, when it described its task at this node. */
  own: Schema.Boolean
})
export type Promised = typeof Promised.Type

/** A task to announce. */
export const Announced = Schema.Struct({
  task: TaskKey,
  title: Words.title,
  description: optional(Words.description),
  change: optional(Words.change),
  closed: Schema.Boolean
})
export type Announced = typeof Announced.Type
