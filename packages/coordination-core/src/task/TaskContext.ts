/**
 * What a task is about: the seed's `TaskContext`, with declared scopes and paths beside it.
 *
 * The field names are the seed's and travel as they stand. Titles hold at most 200 characters,
 * descriptions 2,000, and each list 32 entries. (docs/rules.md, 4 and 5)
 */
import * as Schema from "effect/Schema"
import { list, text } from "../fact/Text.ts"
import * as TaskKey from "../identity/TaskKey.ts"
import * as Scope from "./Scope.ts"

export const TaskContext = Schema.Struct({
  task_id: TaskKey.TaskId,
  project_id: Schema.optionalKey(Schema.Union([Schema.Int, text(100)])),
  repository: TaskKey.Repository,
  title: text(200),
  description: Schema.optionalKey(text(2000)),
  keywords: Schema.optionalKey(list(text(64), 32)),
  agent_id: Schema.optionalKey(text(64)),
  claimed_at: Schema.optionalKey(text(40)),
  scopes: Schema.optionalKey(list(Scope.Text, 32)),
  paths: Schema.optionalKey(list(text(200), 32)),
  /** The change that brings the work: an address, `org/name#5` or a Change-Id. */
  change: Schema.optionalKey(text(300)),
  /** What its agent promises; see `DoneWhen` for what can be checked. */
  done_when: Schema.optionalKey(text(280)),
  /** A task that is `closed` is not offered to anybody. */
  status: Schema.optionalKey(text(40))
})
export type TaskContext = typeof TaskContext.Type

/** The status of a task that nobody has to take any more. */
export const closed = "closed"

/** The key of the task that a context describes. */
export const key = (task: TaskContext): TaskKey.TaskKey =>
  TaskKey.make(task.repository, task.task_id)

/** The context without its long text: how a task is named inside other facts. */
export const brief = (task: TaskContext): TaskContext => ({
  task_id: task.task_id,
  ...(task.project_id === undefined ? {} : { project_id: task.project_id }),
  repository: task.repository,
  title: task.title,
  ...(task.agent_id === undefined ? {} : { agent_id: task.agent_id })
})

/** A task of which no more is known than its key. */
export const bare = (task: TaskKey.TaskKey): TaskContext => ({
  task_id: TaskKey.id(task),
  repository: TaskKey.repository(task),
  title: task.slice(0, 200)
})
