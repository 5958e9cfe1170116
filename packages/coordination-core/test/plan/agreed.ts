/**
 * Sessions on paper whose members agreed to a plan of given steps.
 */
import { draft } from "@chorus/coordination-core/fact/Draft"
import { key } from "@chorus/coordination-core/identity/AgentId"
import type { PlanItem } from "@chorus/coordination-core/plan/PlanContent"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import { scene } from "../session/scene.ts"

/** A step as `id owner after…`; owners are the names of a scene. */
export const item = (written: string): PlanItem => {
  const [id = "", owner = "", ...depends_on] = written.split(" ")
  const agent = key(Paper.make().agent(owner, owner))
  return { id, owner: agent, action: `do ${id}`, depends_on, done_when: "it is merged" }
}

type Scene = Pick<ReturnType<typeof scene>, "agents" | "paper" | "session">

const propose = ({ agents, paper, session }: Scene, steps: ReadonlyArray<string>) =>
  paper.state(agents[0]!.node, draft({
    message_type: "coordination_plan",
    session_id: session,
    plan: "written on paper",
    round: 1,
    content: { items: steps.map(item), share: [], watch: [], success: [] },
    made_by: "paper"
  }))

/** A plan of these steps that all members of a session agree to. */
export const accepted = (all: Scene, steps: ReadonlyArray<string>) => {
  const plan = propose(all, steps)
  const votes = all.agents.map((agent) => all.paper.vote(agent, plan, "agree"))
  all.paper.certify(all.agents[0]!.node, all.session, votes)
  return plan
}

/** The members of a planning session, with a plan that nobody voted on yet. */
export const proposed = (names: ReadonlyArray<string>, steps: ReadonlyArray<string>) => {
  const all = scene(names, "planning")
  return { ...all, plan: propose(all, steps) }
}

/** The same after all agreed. */
export const agreed = (names: ReadonlyArray<string>, steps: ReadonlyArray<string>) => {
  const all = scene(names, "planning")
  return { ...all, plan: accepted(all, steps) }
}
