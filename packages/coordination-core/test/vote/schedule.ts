/**
 * Schedules of a session: honest agents that each know only what reached them yet.
 *
 * Agents propose at any time (races, takeovers), answer any plan they know, clear worse plans away
 * and hear of each other's facts late, in any order or never.
 */
import type { Draft } from "@chorus/coordination-core/fact/Draft"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import type { Stance } from "@chorus/coordination-core/fact/SessionFacts"
import { type AgentId, key } from "@chorus/coordination-core/identity/AgentId"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Deliberation from "@chorus/coordination-core/session/Deliberation"
import type { Opened, World } from "@chorus/coordination-core/session/Status"
import * as Policy from "@chorus/coordination-core/vote/Policy"
import type { Answer } from "@chorus/coordination-core/vote/Voting"
import * as HashMap from "effect/HashMap"
import * as fc from "fast-check"
import { replicaOf, scene } from "../session/scene.ts"

export interface Step {
  readonly kind: "propose" | "answer" | "clear" | "hear" | "hearAll"
  readonly actor: number
  readonly first: number
  readonly second: number
}

export interface Schedule {
  readonly members: number
  readonly steps: ReadonlyArray<Step>
}

export const schedules: fc.Arbitrary<Schedule> = fc.record({
  members: fc.integer({ min: 2, max: 4 }),
  steps: fc.array(
    fc.record({
      kind: fc.constantFrom("propose", "answer", "answer", "answer", "clear", "hear", "hear", "hearAll"),
      actor: fc.nat(3),
      first: fc.nat(20),
      second: fc.nat(9)
    }),
    { maxLength: 80, size: "max" }
  )
})

/** How agents vote: the drafts of an answer, and what they clear away by themselves. */
export interface Rules {
  readonly cast: (session: Opened, world: World, answer: Answer) => ReadonlyArray<Draft>
  readonly superseding: (session: Opened, world: World, agent: Answer["agent"]) => ReadonlyArray<Draft>
}

/** Runs a schedule; what is left is all that was ever said. */
export const run = (rules: Rules, members: number, steps: ReadonlyArray<Step>) => {
  const { agents, paper, session } = scene(["a", "b", "c", "d"].slice(0, members), "planning")
  const views = agents.map(() => replicaOf(paper))
  const known = agents.map(() => new Set(paper.facts))
  const hear = (actor: number, fact: Fact | undefined): void => {
    const [view, facts] = [views[actor], known[actor]]
    if (fact === undefined || view === undefined || facts === undefined || facts.has(fact)) return
    facts.add(fact)
    views[actor] = Replica.evolve(view, fact)
  }
  const look = (actor: number) => {
    const replica = views[actor]!
    return { opened: Replica.sessionById(replica, session)!, world: Replica.world(replica) }
  }
  for (const { actor: nth, first, kind, second } of steps) {
    const actor = nth % members
    const agent = agents[actor]!
    const { opened, world } = look(actor)
    const state = (drafts: ReadonlyArray<Draft>) => drafts.forEach(
      (draft) => hear(actor, paper.state(agent.node, draft))
    )
    if (kind === "propose") hear(actor, propose(paper, opened, world, agent, second))
    if (kind === "answer") state(rules.cast(opened, world, answerOf(opened, world, agent, first, second)))
    if (kind === "clear") state(rules.superseding(opened, world, key(agent)))
    const heard = kind === "hearAll" ? paper.facts : kind === "hear" ? [
      paper.facts[first % paper.facts.length]
    ] : []
    for (const fact of heard) hear(actor, fact)
  }
  const replica = replicaOf(paper)
  return { session: Replica.sessionById(replica, session)!, world: Replica.world(replica) }
}

/** The plans for which the votes of all members, gathered by anyone, would make a certificate. */
export const certifiable = (session: Opened): ReadonlyArray<string> => {
  const { roster } = session.opening
  const votes = HashMap.toValues(session.votes)
  return [...new Set(votes.map(({ plan }) => plan))].filter((plan) => {
    const stances = roster.map((member) =>
      votes.filter((vote) => vote.plan === plan && vote.agent === member && vote.stance !== "object")
        .map(({ stance }) => stance)
    )
    const abstaining = stances.filter((of) => of.length > 0 && !of.includes("agree")).length
    return stances.every((of) => of.length > 0) &&
      abstaining <= Policy.abstentionsMax("majority", roster.length)
  })
}

const answerOf = (opened: Opened, world: World, agent: AgentId, first: number, second: number): Answer => {
  const plans = Deliberation.countedPlans(opened, world)
  const stances: ReadonlyArray<Stance> = ["agree", "agree", "agree", "abstain", "object"]
  return {
    agent: key(agent),
    stance: stances[second % stances.length] ?? "agree",
    reason: "because",
    plan: plans[first % Math.max(1, plans.length)]?.hash
  }
}

/** A plan of round 1, or one that answers the objection the agent knows. */
const propose = (
  paper: ReturnType<typeof scene>["paper"],
  opened: Opened,
  world: World,
  agent: AgentId,
  second: number
): Fact => {
  const answers = second % 3 === 0 ? undefined : Deliberation.openObjection(opened, world)
  const objection = paper.facts.find(({ id }) => id === answers?.objection.id)
  return paper.propose(opened.id, agent, `plan ${second}`, objection)
}
