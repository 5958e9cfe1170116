/**
 * Who is in a template plan, in which order, and how it names things.
 *
 * The same request gives the same scene; how much its sentences say is its detail, so that a plan
 * can be made shorter until it fits. (docs/rules.md, 9)
 */
import * as Rule from "../detection/Rule.ts"
import * as ScopeOverlap from "../detection/ScopeOverlap.ts"
import { cut, line, listed, quoted } from "../detection/Sentence.ts"
import { type AgentKey, show } from "../identity/AgentId.ts"
import * as TaskContext from "../task/TaskContext.ts"
import { leaving, type Play, playFor } from "./Playbook.ts"
import type { PlanRequest } from "./PlanRequest.ts"

/** The tasks of one agent. */
export interface Part {
  readonly agent: AgentKey
  readonly tasks: ReadonlyArray<Rule.RuleTask>
}

/** How much a plan says. */
export interface Detail {
  /** Characters of a title, of the key of a task, of the subject, of an objection. */
  readonly title: number
  readonly key: number
  readonly subject: number
  readonly quote: number
  /** Whether followers check what the leader wrote down in a step of their own. */
  readonly checks: boolean
  /** Agents with steps of their own. */
  readonly partsMax: number
}

/** What the sentences of a plan are made of. */
export interface Scene {
  readonly detail: Detail
  readonly parts: ReadonlyArray<Part>
  /** How many agents have no part in this detail. */
  readonly left: number
  readonly play: Play
  readonly subject: string
  /** What to watch beside what the play says. */
  readonly warnings: ReadonlyArray<string>
  readonly objection: PlanRequest["objection"]
  /** Whether anything but chance says who goes first. */
  readonly isOrdered: boolean
  readonly who: (part: Part) => string
  /** The tasks of a part by their keys: `backend-api#42`. */
  readonly name: (part: Part) => string
  /** The same with its title, where there is one and room for it. */
  readonly what: (part: Part) => string
}

/** The agents with their tasks, whoever has to move first at the head. */
export const partsOf = ({ first, objection, tasks }: PlanRequest): ReadonlyArray<Part> => {
  const read = tasks.map(({ agent, task }) => ({ agent, task: Rule.read(task) }))
  const ordered = read
    .map(({ agent, task }) => ({
      agent,
      task,
      precedence: (first === TaskContext.key(task) ? read.length + 1 : 0) +
        read.reduce((sum, other) => sum + lead(task, other.task), 0) +
        // Where nothing else tells, whoever objected gets its way.
        (objection?.agent === agent ? 0.5 : 0)
    }))
    .sort((a, b) => b.precedence - a.precedence)
  return [...new Set(ordered.map(({ agent }) => agent))].map((agent) => ({
    agent,
    tasks: ordered.filter((other) => other.agent === agent).map(({ task }) => task)
  }))
}

/** 1 when the first task makes what the second uses, -1 for the reverse. */
const lead = (task1: Rule.RuleTask, task2: Rule.RuleTask): number => {
  if (task1 === task2) return 0
  const directed = ScopeOverlap.between(task1, task2).find((overlap) => overlap.direction)
  return directed === undefined ? 0 : directed.direction === "task1_first" ? 1 : -1
}

export const sceneOf = (
  { first, objection, reason, relationship, round, tasks }: PlanRequest,
  all: ReadonlyArray<Part>,
  detail: Detail
): Scene => {
  const agents = tasks.map(({ agent }) => agent)
  const objector = all.findIndex(({ agent }) => agent === objection?.agent)
  const parts = all.filter((_, at) =>
    at < detail.partsMax - (objector >= detail.partsMax ? 1 : 0) || at === objector
  )
  const read = parts.flatMap((part) => part.tasks)
  const named = (task: Rule.RuleTask): string => cut(TaskContext.key(task), detail.key)
  const overlaps = overlapsOf(read)
  const play = overlaps.some((overlap) => leaves(parts[0], overlap)) ? leaving : playFor(relationship)
  const scopes = [...new Set(overlaps.map(({ subject }) => subject))]
  const spoken = scopes.length > 0 ? listed(scopes.slice(0, 3)) : quoted(wordsOfAll(read))
  return {
    detail,
    parts,
    left: all.length - parts.length,
    play,
    objection,
    subject: spoken === "" ? play.subject : cut(spoken, detail.subject),
    warnings: [
      ...overlaps.filter(({ conflicting }) => conflicting).slice(0, 2).map((overlap) =>
        `${named(overlap.task1)} is to ${overlap.operation1} ` +
        `${cut(overlap.subject, detail.subject)}, ${named(overlap.task2)} to ` +
        `${overlap.operation2} it.`
      ),
      ...(play.isGeneral && reason !== "" ? [`Why: ${cut(line(reason), detail.quote)}`] : []),
      ...(round >= 3 ? ["This is the last round: an objection hands the case to a person."] : [])
    ],
    isOrdered: first !== undefined || overlaps.some(({ direction }) => direction !== undefined),
    who: ({ agent }) => show(agent, agents),
    name: (part) => listed(part.tasks.slice(0, 3).map(named)),
    what: (part) => listed(part.tasks.slice(0, 3).map((task) =>
      part.tasks.length === 1 && detail.title > 0
        ? `${named(task)} "${cut(line(task.title), detail.title)}"`
        : named(task)
    ))
  }
}

const overlapsOf = (tasks: ReadonlyArray<Rule.RuleTask>) =>
  tasks.flatMap((task1, at) =>
    tasks.slice(at + 1).flatMap((task2) =>
      ScopeOverlap.between(task1, task2).map((overlap) => ({ ...overlap, task1, task2 }))
    )
  )

/** Does the leader use what the other task is to remove? */
const leaves = (
  leader: Part | undefined,
  { operation1, operation2, task1, task2 }: ReturnType<typeof overlapsOf>[number]
): boolean =>
  [[task1, operation1, operation2], [task2, operation2, operation1]].some(([task, own, other]) =>
    own === "use" && other === "remove" && leader?.tasks.some((each) => each === task) === true)

/** What all tasks speak of and one has in its title, names of things before plain words. */
const wordsOfAll = (tasks: ReadonlyArray<Rule.RuleTask>): ReadonlyArray<string> => {
  const [task, ...others] = tasks
  if (task === undefined || others.length === 0) return []
  return (["constant", "identifier", "pair", "word"] as const).flatMap((kind) =>
    (task.keys.get(kind) ?? []).flatMap((key) => {
      const terms = tasks.flatMap((one) => one.terms.get(key) ?? [])
      const [first] = terms
      const isShared = terms.length === tasks.length && terms.some(({ prominent }) => prominent)
      return isShared && first !== undefined ? [first.text] : []
    })
  )
}
