/**
 * A tool: what a client is told of it, and what it does.
 */
import type * as Rows from "../api/Rows.ts"
import * as Desk from "./Desk.ts"
import * as Fence from "./Fence.ts"
import type * as News from "./News.ts"
import * as Shape from "./Shape.ts"
import { Problem } from "./Problem.ts"

/** What a tool found or did. What came from the node stands in `found`, and is fenced on its way out. */
export interface Answer {
  /** What the agent does now, in words of ours. */
  readonly next: string
  /** What the process was started with, or the agent itself said. */
  readonly own?: Readonly<Record<string, string>>
  readonly found: Readonly<Record<string, unknown>>
  /** The longest text in it, where more than usual is needed. */
  readonly lengthMax?: number
  /** What of sessions the agent sees by it, beside the news. */
  readonly shown?: ReadonlyArray<News.Shown>
  /** The node could not be asked, so there is no news to tell either. */
  readonly isBlind?: true
}

export interface Tool {
  /** What a client is told of it. */
  readonly told: {
    readonly name: string
    readonly description: string
    readonly inputSchema: Shape.Input
    readonly outputSchema: Shape.Output
    readonly annotations: {
      readonly readOnlyHint: boolean
      readonly destructiveHint?: boolean
    }
  }
  readonly call: (desk: Desk.Desk, given: object) => Promise<Answer>
}

/** A tool whose arguments are checked before it is called. */
export const make = <I extends Shape.Input>(tool: {
  readonly name: string
  readonly description: string
  readonly input: I
  readonly output: Shape.Output
  /** A look at things, a step that can be followed by another, or one that is final. */
  readonly is: "look" | "step" | "final"
  readonly call: (desk: Desk.Desk, given: Shape.Arguments<I>) => Promise<Answer>
}): Tool => ({
  told: {
    name: tool.name,
    description: tool.description,
    inputSchema: tool.input,
    outputSchema: tool.output,
    annotations: tool.is === "look"
      ? { readOnlyHint: true }
      : { readOnlyHint: false, destructiveHint: tool.is === "final" }
  },
  call: async (desk, given) => {
    const problem = Shape.problem(tool.input, given)
    if (problem !== undefined) {
      throw new Problem(
        problem,
        "call it again with the arguments of its input schema; who you are comes with the process"
      )
    }
    // What the schema allows is what its type says.
    return await tool.call(desk, given as Shape.Arguments<I>)
  }
})

/** The task that is meant: the one named, else the only one that is held. */
export const heldTask = (desk: Desk.Desk, held: ReadonlyArray<Rows.TaskRow>, named: string | undefined) => {
  const key = named === undefined ? undefined : Desk.taskKey(desk, named)
  const meant = key === undefined ? held : held.filter(({ task }) => task === key)
  const [only] = meant
  if (only === undefined) {
    throw new Problem(
      key === undefined ? "you hold no task" : `you do not hold ${Fence.cleaned(key, 200)}`,
      "claim it first with chorus_start; chorus_status lists what you hold"
    )
  }
  if (meant.length > 1) {
    const ids = meant.map(({ task }) => Fence.cleaned(task.slice(task.indexOf("#") + 1), 100))
    throw new Problem(`you hold ${meant.length} tasks`, `say which: task is one of ${ids.join(", ")}`)
  }
  return only
}

/** A session in brief. */
export const brief = (desk: Desk.Settings, row: Rows.SessionRow) => ({
  session: row.session,
  kind: row.kind,
  status: row.status,
  with: Desk.others(desk, row),
  ...(row.relationship === undefined ? {} : { relationship: row.relationship }),
  reason: row.reason,
  ...(row.plan === undefined ? {} : { plan: row.plan.slice(0, 12), round: row.round }),
  your_vote: Desk.stanceOf(desk, row)
})

/** What an agent does about a session now. */
export const nextOf = (
  desk: Desk.Settings,
  row: Rows.SessionRow & Partial<Pick<Rows.SessionDetail, "tasks">> | undefined
): string => {
  if (row === undefined) return "Nothing waits for you: work on, and call chorus_check before you edit."
  if (row.waits_because.length > 0) return "A person has to decide: work on what the session does not touch."
  if (row.status === "resolved") return "All agreed: do your part of the plan."
  if (row.status === "decided") return "A person decided: keep to the decision."
  if (row.status !== "active") return "It is over: work on, and call chorus_check before you edit."
  if (row.plan === undefined) return "A plan is being made: call chorus_inbox in a moment."
  if (Desk.stanceOf(desk, row) === "none") {
    return "Read the plan with chorus_inbox, then vote with chorus_answer."
  }
  return Desk.isAway(desk, row)
    ? "Somebody's claim lapsed who has to vote: without that vote a person decides in the end. Work on."
    : "The others have to vote: work on what the plan leaves to you, and look in at chorus_inbox."
}
