/**
 * Whom the changes of contracts concern: the repositories that consume them, and the open tasks
 * that are at work against them right now.
 *
 *     declares    the task declares a scope with the contract's name
 *     mentions    its words name the contract
 *     consumes    its repository consumes the contract
 *
 * Tasks of the repository whose contracts changed are its own business and stay out.
 */
import type { ContractChange } from "./ContractDiff.ts"
import * as Naming from "./Naming.ts"

/** A held task, as a node tells of it. */
export interface OpenTask extends Naming.Words {
  /** `repository#id`. */
  readonly task: string
  readonly agent: string
}

export interface AtWork {
  readonly task: string
  readonly agent: string
  readonly title: string
  readonly by: "declares" | "mentions" | "consumes"
  /** The scope, the words or the repository that tells. */
  readonly because: string
}

export interface Affected extends ContractChange {
  /** Other repositories that stated to consume the contract. */
  readonly consumers: ReadonlyArray<string>
  /** The surest first. */
  readonly atWork: ReadonlyArray<AtWork>
}

/** What is known of a repository: what it stated to consume. */
export interface Consumer {
  readonly repository: string
  readonly consumes: ReadonlyArray<string>
}

/** The changes, each with those whom it concerns. `own` is the repository that changed. */
export const by = (
  changes: ReadonlyArray<ContractChange>,
  known: ReadonlyArray<Consumer>,
  tasks: ReadonlyArray<OpenTask>,
  own: string | undefined
): ReadonlyArray<Affected> => {
  const others = tasks.filter(({ task }) => repositoryOf(task) !== own)
  return changes.map((change) => {
    const consumers = [
      ...new Set(
        known
          .filter(({ consumes, repository }) => repository !== own && consumes.includes(change.contract))
          .map(({ repository }) => repository)
      )
    ]
    const atWork = others.flatMap((task): ReadonlyArray<AtWork> => {
      const found = bearing(change.contract, task, consumers)
      return found === undefined
        ? []
        : [{ task: task.task, agent: task.agent, title: task.title, ...found }]
    })
    return { ...change, consumers, atWork: atWork.sort((a, b) => rank.indexOf(a.by) - rank.indexOf(b.by)) }
  })
}

/** Does a change need the attention of whoever made it? One that breaks what somebody builds against. */
export const needsAttention = ({ atWork, breaking, consumers }: Affected): boolean =>
  breaking && consumers.length + atWork.length > 0

const rank = ["declares", "mentions", "consumes"]

const repositoryOf = (task: string): string => task.slice(0, task.indexOf("#"))

const bearing = (
  contract: string,
  task: OpenTask,
  consumers: ReadonlyArray<string>
): Pick<AtWork, "by" | "because"> | undefined => {
  const named = Naming.naming(contract, task)
  if (named !== undefined) {
    return { by: Naming.declares(named, contract) ? "declares" : "mentions", because: named }
  }
  const repository = repositoryOf(task.task)
  return consumers.includes(repository) ? { by: "consumes", because: repository } : undefined
}
