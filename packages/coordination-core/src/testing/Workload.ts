/**
 * A mesh at work: as many honest facts as one likes, always the same, for benchmarks and soaks.
 *
 * Tasks are announced, claimed, sometimes renewed, and completed; two in five depend on another's,
 * which brings a session: a plan, now and then an objection and a second round, the votes, the
 * certificate. It is a generator, so whoever runs it decides how a draft becomes a fact:
 *
 *     for (let next = work.next(); !next.done; next = work.next(state(next.value)))
 */
import { type Draft, draft } from "../fact/Draft.ts"
import type { Fact } from "../fact/Fact.ts"
import { type AgentId, AgentName, key as agentKey } from "../identity/AgentId.ts"
import type { NodeId } from "../identity/NodeId.ts"
import * as MeshSettings from "../mesh/MeshSettings.ts"
import * as Paper from "./Paper.ts"

/** What is stated next, and by which node. */
export interface Stated {
  readonly by: NodeId
  readonly draft: Draft
}

type Work<A> = Generator<Stated, A, Fact>

/** Tasks between two that end: so many claims are live at once. */
const liveMax = 7

/** The facts of `tasks` tasks by agents of these nodes, one agent a node; at least two nodes. */
export function* work(nodes: ReadonlyArray<NodeId>, tasks: number): Work<void> {
  const live: Array<Fact> = []
  for (let task = 0; task < tasks; task++) {
    const agent = agentOf(nodes, task)
    yield* announced(agent, task)
    const claim = yield* claimed(agent, task)
    if (task % 4 === 0) yield* renewed(agent, claim)
    const [other] = live
    if (task % 5 < 2 && other !== undefined && other.from !== agent.node) {
      yield* deliberated(claim, other, task)
    }
    live.push(claim)
    const ended = live.length > liveMax ? live.shift() : undefined
    if (ended !== undefined) yield* completed(ended)
  }
  for (const claim of live) yield* completed(claim)
}

/** All of it on paper, for `meshes` meshes of four nodes that know nothing of each other. */
export const onPaper = (meshes: number, tasksEach: number): ReadonlyArray<Fact> =>
  Array.from({ length: meshes }, (_, mesh) => {
    const paper = Paper.make()
    const nodes = ["a", "b", "c", "d"].map((name) => Paper.node(`${name}${mesh}`))
    const working = work(nodes, tasksEach)
    let next = working.next()
    while (next.done !== true) next = working.next(paper.state(next.value.by, next.value.draft))
    return paper.facts
  }).flat()

const agentOf = (nodes: ReadonlyArray<NodeId>, task: number): AgentId => {
  const at = task % nodes.length
  const node = nodes[at]
  if (node === undefined) throw new Error("a workload needs nodes")
  return { node, name: AgentName.make(`agent-${at}`) }
}

const repositoryOf = ({ node }: AgentId, task: number): string => `team-${node.slice(-4)}/repo-${task % 7}`

function* announced(agent: AgentId, task: number): Work<Fact> {
  return yield {
    by: agent.node,
    draft: draft({
      message_type: "task_announced",
      task: {
        task_id: task,
        repository: repositoryOf(agent, task),
        title: `Replace endpoint ${task} of the users service`,
        description: "The old endpoint stays for one release; its callers are told, and so on. ".repeat(3),
        scopes: [`api:GET /v1/users/${task}=replace`]
      },
      version: 1
    })
  }
}

function* claimed(agent: AgentId, task: number): Work<Fact> {
  return yield {
    by: agent.node,
    draft: draft({
      message_type: "task_claimed",
      repository: repositoryOf(agent, task),
      task_id: task,
      agent_id: agent.name,
      claimed_until_ms: 1_800_000 * (task + 1)
    })
  }
}

function* renewed(agent: AgentId, claim: Fact): Work<Fact> {
  const claimed_until_ms = 3_600_000 * claim.seq
  return yield {
    by: agent.node,
    draft: draft({ message_type: "claim_renewed", claim: claim.id, agent_id: agent.name, claimed_until_ms })
  }
}

function* completed(claim: Fact): Work<Fact> {
  const { name, node } = Paper.ownerOf(claim)
  return yield {
    by: node,
    draft: draft({ message_type: "task_completed", claim: claim.id, agent_id: name, results: "merged" })
  }
}

/** A session from its opening to its certificate; every fifth has an objection and a second round. */
function* deliberated(claim: Fact, other: Fact, task: number): Work<void> {
  const [first, second] = [Paper.ownerOf(claim), Paper.ownerOf(other)]
  const terms = MeshSettings.terms(MeshSettings.defaults(Paper.person("founder")))
  const opening = yield {
    by: first.node,
    draft: draft({
      message_type: "dependency_detected",
      dependency: {
        task1: Paper.taskOf(claim),
        task2: Paper.taskOf(other),
        relationship: "API_Contract",
        confidence: 0.8,
        reason: "one declares to replace what the other declares to use"
      },
      hop_count: 0,
      max_hops: 3,
      terms
    }, [claim.id, other.id])
  }
  const session = Paper.session(opening)
  let plan = yield* planned(session, first, second)
  if (task % 25 === 0) {
    const objection = yield* voted(second, plan, "object")
    yield* voted(first, plan, "agree")
    plan = yield* planned(session, first, second, objection)
  }
  const votes = [yield* voted(first, plan, "agree"), yield* voted(second, plan, "agree")]
  yield {
    by: second.node,
    draft: draft({
      message_type: "resolution",
      session_id: session,
      resolution: "Consensus reached among participants"
    }, votes.map(({ id }) => id))
  }
}

function* planned(session: string, first: AgentId, second: AgentId, objection?: Fact): Work<Fact> {
  const owners = [first, second].map(agentKey)
  return yield {
    by: first.node,
    draft: draft({
      message_type: "coordination_plan",
      session_id: session,
      plan: "COORDINATION PLAN: first the endpoint, then its callers, then both are tried together",
      round: objection === undefined ? 1 : 2,
      content: {
        items: owners.map((owner, at) => ({
          id: String(at + 1),
          owner,
          action: at === 0 ? "replace the endpoint behind the old path" : "call the new endpoint",
          depends_on: at === 0 ? [] : ["1"],
          done_when: "its tests are green against the other side's branch"
        })),
        share: ["the schema of the answer"],
        watch: ["the old path must answer until both are merged"],
        success: ["both tasks are merged and the old path is unused"]
      },
      made_by: "template"
    }, objection === undefined ? [] : [objection.id])
  }
}

function* voted(agent: AgentId, plan: Fact, stance: "agree" | "object"): Work<Fact> {
  return yield {
    by: agent.node,
    draft: draft({
      message_type: "coordination_response",
      session_id: Paper.sessionOf(plan),
      agent_id: agent.name,
      response: stance === "agree" ? "that suits us" : "the report still reads the old field",
      stance,
      round: Paper.roundOf(plan),
      plan_hash: Paper.planHash(plan)
    })
  }
}
