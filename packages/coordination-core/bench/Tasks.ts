/**
 * Seeded synthetic tasks for the benchmarks of detection, some of them linked.
 *
 * Tasks of 40 repositories; their words are drawn as in real text: few often, most rarely. Every
 * fiftieth goes with one of the 200 before it: it shares one name in the title and three in the text.
 */
import type * as Index from "@chorus/coordination-core/detection/Index"
import { AgentKey } from "@chorus/coordination-core/identity/AgentId"
import { FactId } from "@chorus/coordination-core/identity/FactId"
import * as Hash from "@chorus/coordination-core/identity/Hash"
import type { TaskContext } from "@chorus/coordination-core/task/TaskContext"

/** A small, well-known generator (mulberry32): the same tasks on every machine. */
const generator = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}

const words = (text: string): ReadonlyArray<string> => text.trim().split(/\s+/)
const verbs = words("Add Fix Update Implement Remove Refactor Migrate Define Replace Document Test")
const things = words(`
  api endpoint table schema migration config environment flag token permission cache queue worker
  page form report batch retry timeout index search export import event webhook client parser
`)
const glue = words("the a for of when with and in to before after so that every only")
const syllables = words("ba co di fer gu hal in jo kel lum ma nor op pra qui ros ta ul ver zan")

const vocabulary = (random: () => number) => {
  const pick = <A>(items: ReadonlyArray<A>): A => items[Math.floor(random() * items.length)]!
  const name = (): string => Array.from({ length: 3 }, () => pick(syllables)).join("")
  const names = Array.from({ length: 4_000 }, name)
  const subject = (): string => names[Math.floor(names.length ** random()) - 1]!
  const word = (): string => {
    const chance = random()
    return chance < 0.4 ? pick(glue) : chance < 0.5 ? pick(things) : subject()
  }
  return { pick, subject, word }
}

const task = (id: number, repository: number, title: string, description: string): TaskContext => ({
  task_id: id,
  repository: `team/repo-${repository}`,
  title,
  description
})

export const tasksOf = (count: number): ReadonlyArray<TaskContext> => {
  const random = generator(20_251_122)
  const { pick, subject, word } = vocabulary(random)
  return Array.from({ length: count }, (_, at) =>
    task(
      at + 1,
      Math.floor(random() * 40),
      `${pick(verbs)} ${subject()} ${pick(things)} for ${subject()}`,
      Array.from({ length: 10 + Math.floor(random() * 50) }, word).join(" ")
    ))
}

export interface Linked {
  readonly tasks: ReadonlyArray<TaskContext>
  /** Of a task, the earlier one that it goes with; both are places in `tasks`. */
  readonly partners: ReadonlyMap<number, number>
}

/** Places of linked tasks are multiples of this. */
const everyNth = 50
const reach = 200

/** Those tasks, some of them rewritten so that they speak of what an earlier one is about. */
export const linkedOf = (count: number): Linked => {
  const tasks = [...tasksOf(count)]
  const random = generator(7)
  const { pick } = vocabulary(random)
  const partners = new Map<number, number>()
  for (let at = reach; at < count; at += everyNth) {
    const earlier = at - 1 - Math.floor(random() * (reach - 1))
    const [own, other] = [tasks[at]!, tasks[earlier]!]
    if (own.repository === other.repository) continue
    const [, named = "", thing = ""] = other.title.split(" ")
    const theirs = words(other.description ?? "")
      .filter((each) => !glue.includes(each) && !things.includes(each))
    const told = Array.from({ length: 3 }, () => pick(theirs.length === 0 ? [named] : theirs))
    partners.set(at, earlier)
    tasks[at] = {
      ...own,
      title: `${own.title} and the ${named} ${thing}`,
      description: `${own.description} ${told.join(" ")}`
    }
  }
  return { tasks, partners }
}

const agent = AgentKey.make(`bench@${"1".repeat(52)}`)
const minuteMillis = 60_000

/** The entry of the task at a place; one arrives a minute. */
export const entryOf = (task: TaskContext, at: number): Index.Entry => ({
  claim: FactId.make(Hash.ofText(String(at))),
  agent,
  task,
  atMillis: at * minuteMillis
})
