/**
 * Entries for tests: a task by its repository and title, claimed by whoever.
 */
import type { Entry } from "@chorus/coordination-core/detection/Index"
import * as Index from "@chorus/coordination-core/detection/Index"
import { AgentKey } from "@chorus/coordination-core/identity/AgentId"
import { FactId } from "@chorus/coordination-core/identity/FactId"
import * as Hash from "@chorus/coordination-core/identity/Hash"
import type { TaskContext } from "@chorus/coordination-core/task/TaskContext"

/** The moment at which every entry was claimed, unless it says otherwise. */
export const atMillis = 1_758_000_000_000

export const task = (
  repository: string,
  title: string,
  more: Partial<TaskContext> = {}
): TaskContext => ({ task_id: 1, repository, title, ...more })

/** The claim of an entry hashes its task, so the same task gives the same entry. */
export const entry = (context: TaskContext, more: Partial<Entry> = {}): Entry => ({
  claim: FactId.make(Hash.ofText(JSON.stringify(context))),
  agent: AgentKey.make(`${context.repository.replaceAll("/", "-")}@${"1".repeat(52)}`),
  task: context,
  atMillis,
  ...more
})

export const indexOf = (entries: Iterable<Entry>): Index.Index =>
  [...entries].reduce(Index.insert, Index.empty)
