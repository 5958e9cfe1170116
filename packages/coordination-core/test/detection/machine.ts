/**
 * One node's detection on paper, stepped by hand; and the seed's first pair, claimed.
 */
import * as NodeSettings from "@chorus/coordination-core/coordination/NodeSettings"
import * as DetectionMachine from "@chorus/coordination-core/detection/DetectionMachine"
import type * as Judging from "@chorus/coordination-core/detection/Judging"
import { draft } from "@chorus/coordination-core/fact/Draft"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import type { AgentId } from "@chorus/coordination-core/identity/AgentId"
import * as TaskKey from "@chorus/coordination-core/identity/TaskKey"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Lessons from "@chorus/coordination-core/lesson/Lessons"
import * as Paper from "@chorus/coordination-core/testing/Paper"

const settings = NodeSettings.defaults

/** A node that folds all that is on the paper when it is told to. */
export const machine = (
  paper: Paper.Paper,
  nodeName: string,
  more: Partial<NodeSettings.NodeSettings> = {}
) => {
  let state = DetectionMachine.initial
  let told = 0
  const asked: Array<Judging.Ask> = []
  const step = (input: DetectionMachine.Input, now: number) => {
    const decision = DetectionMachine.decide(state, input, {
      at: { monotonicMillis: now, wallMillis: now },
      node: Paper.node(nodeName),
      replica: Replica.evolveAll(Replica.empty(paper.founder), paper.facts),
      mesh: paper.settings,
      settings: { ...settings, ...more },
      lessons: lessonsOf(paper, nodeName)
    })
    state = decision.state
    asked.push(...decision.outputs)
    return decision.drafts
  }
  return {
    state: () => state,
    step,
    /** What the judge was asked so far. */
    asked,
    /** Folds what was written since the last time. */
    fold: (now = 0) => {
      const facts = paper.facts.slice(told)
      told = paper.facts.length
      return step({ _tag: "Folded", facts }, now)
    }
  }
}

/** What the node learnt of all that is on the paper, as if it had seen it now. */
const lessonsOf = (paper: Paper.Paper, nodeName: string): Lessons.Lessons => {
  const replica = Replica.evolveAll(Replica.empty(paper.founder), paper.facts)
  const sessions = Replica.openedSessions(replica).map(({ id }) => id)
  return Lessons.learnAll(Lessons.empty, replica, sessions, Paper.node(nodeName), () => 0)
}

export const claims = (
  paper: Paper.Paper,
  agent: AgentId,
  task: string,
  title: string,
  ...scopes: Array<string>
): Fact => {
  const named = TaskKey.TaskKey.make(task)
  paper.state(agent.node, draft({
    message_type: "task_announced",
    task: { repository: TaskKey.repository(named), task_id: TaskKey.id(named), title, scopes },
    version: 1
  }))
  return paper.claim(agent, task)
}

export const [define, implement] = [
  "Define user authentication API",
  "Implement authentication endpoint"
] as const

/** The seed's first pair on two nodes, already claimed. */
export const pair = () => {
  const paper = Paper.make()
  const [a, b] = [paper.agent("a", "api"), paper.agent("b", "web")]
  const facts = [claims(paper, a, "backend#1", define), claims(paper, b, "frontend#2", implement)]
  return { paper, a, b, facts }
}

export const types = (drafts: ReadonlyArray<{ readonly data: { readonly message_type: string } }>) =>
  drafts.map(({ data }) => data.message_type)
