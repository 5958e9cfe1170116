/**
 * What agents and people ask of their node, and what they are told.
 *
 * Who speaks is not an argument a stranger can choose: a node signs for its own agents alone.
 * (docs/rules.md, 5 and 7)
 */
import type { Stated } from "../contract/Stating.ts"
import type { Draft } from "../fact/Draft.ts"
import type { Covers } from "../fact/MeshFacts.ts"
import type { intents, notedStages, PlanHash, Stance } from "../fact/SessionFacts.ts"
import type { AgentKey, AgentName } from "../identity/AgentId.ts"
import type { FactId } from "../identity/FactId.ts"
import type { NodeId } from "../identity/NodeId.ts"
import type { TaskKey } from "../identity/TaskKey.ts"
import type { Moment } from "../machine/Machine.ts"
import type * as MeshSettings from "../mesh/MeshSettings.ts"
import type { Kept } from "../plan/Kept.ts"
import type * as Replica from "../replica/Replica.ts"
import type { Ruling } from "../ruling/Ruling.ts"
import type { TaskContext } from "../task/TaskContext.ts"

export type Command =
  | {
    readonly _tag: "Claim"
    readonly agent: AgentName
    readonly task: TaskContext
    readonly leaseMillis: number
  }
  /** Describes tasks that nobody has to hold; all of them, or none. */
  | {
    readonly _tag: "Announce"
    readonly agent: AgentName
    readonly tasks: ReadonlyArray<TaskContext>
  }
  | {
    readonly _tag: "Update"
    readonly agent: AgentName
    readonly task: TaskKey
    readonly changes: Partial<TaskContext>
  }
  | { readonly _tag: "Release"; readonly agent: AgentName; readonly task: TaskKey; readonly because: string }
  | {
    readonly _tag: "Complete"
    readonly agent: AgentName
    readonly task: TaskKey
    readonly results: string
    readonly kept?: ReadonlyArray<Kept>
  }
  | {
    readonly _tag: "Open"
    readonly agent: AgentName
    readonly kind: "planning" | "conflict"
    readonly tasks: ReadonlyArray<TaskKey>
    readonly reason: string
  }
  | {
    readonly _tag: "Say"
    readonly agent: AgentName
    readonly session: string
    readonly text: string
    readonly intent: typeof intents[number] | undefined
  }
  | {
    readonly _tag: "Answer"
    readonly agent: AgentName
    readonly session: string
    readonly stance: Stance
    readonly reason: string
    readonly plan: PlanHash | undefined
    /** An objection that the alert was about nothing: the plan of the next round says so. */
    readonly dismisses?: boolean
  }
  | {
    readonly _tag: "Escalate"
    readonly agent: AgentName
    readonly session: string
    readonly reason: string
  }
  /** Silences an alert like that of a session, of which the agent is a member. */
  | {
    readonly _tag: "Mute"
    readonly agent: AgentName
    readonly session: string
    readonly covers: Covers
    readonly because: string
  }
  | { readonly _tag: "Unmute"; readonly agent: AgentName; readonly mute: FactId }
  /** Items of sessions were shown to the agent, or it took note of them; of all shown where none is named. */
  | {
    readonly _tag: "Note"
    readonly agent: AgentName
    readonly stage: typeof notedStages[number]
    readonly noted: ReadonlyArray<{ readonly session: string; readonly items: ReadonlyArray<string> }>
  }
  /** A ruling that a person sealed, opened and as it travels (base64). */
  | { readonly _tag: "Rule"; readonly ruling: Ruling; readonly sealed: string }
  /** What a repository was found to provide and to consume. */
  | { readonly _tag: "StateContracts"; readonly stated: Stated }

/** What was done: a sentence, and the ids that the asker will want next. */
export interface Done {
  readonly summary: string
  /** A claim that was there before; a new one has no id until the node that answers sealed it. */
  readonly claim?: FactId
  readonly session?: string
  readonly plan?: PlanHash
}

/** Why nothing was done. `later` tells that the same command may succeed in a moment. */
export interface Refused {
  readonly message: string
  readonly later: boolean
}

export interface Carried {
  readonly drafts: ReadonlyArray<Draft>
  readonly done: Done
}

export interface Context {
  readonly at: Moment
  readonly node: NodeId
  readonly replica: Replica.Replica
  readonly settings: MeshSettings.MeshSettings
  /** Whether the node asked its peers for its own older facts, as it must before it votes. */
  readonly settled: boolean
  /** The agents that hold claims on this node. */
  readonly holders: () => ReadonlySet<AgentKey>
}

export const refused = (message: string, later = false): Refused => ({ message, later })
