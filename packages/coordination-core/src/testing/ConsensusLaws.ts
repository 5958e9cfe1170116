/**
 * What every fold that tells the status of sessions owes to those who vote (hazards H3 to H16).
 *
 *     for (const law of ConsensusLaws.laws(myFold)) it(law.title, () => law.check())
 *
 * Beside the laws of folds and statuses it is compared with a model: a page of arithmetic over who
 * voted what, without order, time or network. Needs fast-check.
 */
import * as fc from "fast-check"
import { draft } from "../fact/Draft.ts"
import type { Fact } from "../fact/Fact.ts"
import type { Stance } from "../fact/SessionFacts.ts"
import type { AgentId } from "../identity/AgentId.ts"
import type { Status } from "../session/Status.ts"
import * as Arbitraries from "./Arbitraries.ts"
import * as Laws from "./Laws.ts"
import * as Paper from "./Paper.ts"

/** All of it: order, doubles, statuses that only rise, words, votes and certificates. */
export const laws = <State>(subject: Laws.StatusFold<State>): ReadonlyArray<Laws.Law> => [
  ...Laws.fold(subject, Arbitraries.facts()),
  ...Laws.status(subject, Arbitraries.facts()),
  Laws.law(
    "no words change a status: neither messages, nor plans, nor answers without a stance",
    fc.property(scenes, talks, (cast, talk) => {
      const { agents, paper, plans, session } = voted(cast)
      const before = statusIn(subject, paper.facts, session)
      talk.forEach(({ actor, text }, at) => {
        const agent = pick(agents, actor)
        if (at % 3 === 0) paper.say(agent, session, text)
        else if (at % 3 === 1) paper.state(agent.node, answer(agent, session, text))
        else paper.state(agent.node, planText(session, text))
      })
      expect(statusIn(subject, paper.facts, session), before)
      expect(subject.certified(folded(subject, paper.facts)).get(session)?.length ?? 0, plans.valid)
    })
  ),
  Laws.law(
    "votes resolve nothing until a certificate holds one of each member, and then for good",
    fc.property(scenes, (cast) => {
      const { paper, session, status } = voted(cast)
      expect(statusIn(subject, paper.facts, session), status)
      expect(statusIn(subject, paper.facts.toReversed(), session), status)
    })
  )
]

/** One vote: by a member (or, from 4 on, an outsider of the same names), on one of two plans. */
interface Cast {
  readonly actor: number
  readonly plan: number
  readonly stance: Stance
}

interface Scene {
  /** The nodes of the members, by name: two agents may share one. */
  readonly nodes: ReadonlyArray<string>
  readonly votes: ReadonlyArray<Cast>
  /** Which of the votes a certificate holds; without any there is no certificate. */
  readonly certified: ReadonlyArray<number>
}

const cast: fc.Arbitrary<Cast> = fc.record({
  actor: fc.nat(5),
  plan: fc.constantFrom(0, 0, 0, 1),
  stance: fc.constantFrom<Stance>("agree", "agree", "agree", "abstain", "object")
})

/** How the last vote of an otherwise right certificate goes wrong. */
const flaws: ReadonlyArray<Partial<Cast>> = [
  {}, {}, { plan: 1 }, { stance: "object" }, { stance: "abstain" }, { actor: 0 }, { actor: 5 }
]

/** Half of the scenes hold a certificate that is right, or nearly so. */
const scenes: fc.Arbitrary<Scene> = fc.record({
  nodes: fc.array(fc.constantFrom("a", "b", "c"), { minLength: 2, maxLength: 4 }),
  votes: fc.array(cast, { maxLength: 5 }),
  certified: fc.array(fc.nat(8), { maxLength: 5 }),
  nearlyRight: fc.boolean(),
  abstaining: fc.nat(9),
  flaw: fc.constantFrom(...flaws),
  missing: fc.nat(9)
}).map(({ abstaining, certified, flaw, missing, nearlyRight, nodes, votes }) => {
  if (!nearlyRight) return { nodes, votes, certified }
  const right = nodes.map((_, actor): Cast => ({
    actor,
    plan: 0,
    stance: actor === abstaining ? "abstain" : "agree",
    ...(actor === nodes.length - 1 ? flaw : {})
  }))
  const all = right.map((_, at) => at)
  return { nodes, votes: [...right, ...votes], certified: all.filter((at) => at !== missing) }
})

const talks = fc.array(
  fc.record({
    actor: fc.nat(3),
    text: fc.oneof(
      fc.string({ maxLength: 100 }),
      fc.constantFrom("I agree", "I disagree", "sounds good, approved, looks good, confirmed")
    )
  }),
  { maxLength: 10 }
)

/** Writes a scene down, and what the model says of it. */
const voted = ({ certified, nodes, votes }: Scene) => {
  const paper = Paper.make()
  const agents = nodes.map((node, at) => paper.agent(node, `m${at}`))
  const claims = agents.map((agent, at) => paper.claim(agent, `repo-${at}#1`))
  const session = Paper.session(paper.open("planning", claims))
  const plans = ["one", "two"].map((note) => paper.propose(session, pick(agents, 0), note))
  const facts = votes.map(({ actor, plan, stance }) => {
    const outsider = paper.agent("outsider", `m${actor % agents.length}`)
    const agent = actor < agents.length ? pick(agents, actor) : outsider
    return paper.vote(agent, pick(plans, plan), stance)
  })
  const embedded = certified.flatMap((at) => at < votes.length ? [at] : [])
  if (certified.length > 0) {
    paper.certify(Paper.node("anybody"), session, embedded.map((at) => pick(facts, at)))
  }
  const inside = embedded.map((at) => pick(votes, at))
  const valid = proves(inside, agents.length)
  const status: Status = !valid ? "active" : isContradicted(votes, agents.length) ? "disputed" : "resolved"
  return { agents, paper, session, status, plans: { facts: plans, valid: valid ? 1 : 0 } }
}

/** One vote of each member on one plan, none objecting, and of three or more at most one abstaining. */
const proves = (votes: ReadonlyArray<Cast>, members: number): boolean =>
  votes.length === members &&
  new Set(votes.map(({ actor }) => actor)).size === members &&
  votes.every(({ actor, stance }) => actor < members && stance !== "object") &&
  new Set(votes.map(({ plan }) => plan)).size === 1 &&
  votes.filter(({ stance }) => stance === "abstain").length <= (members >= 3 ? 1 : 0)

/** Some member said two things of one plan. */
const isContradicted = (votes: ReadonlyArray<Cast>, members: number): boolean =>
  votes.some((one) =>
    one.actor < members && votes.some((other) =>
      other.actor === one.actor && other.plan === one.plan && other.stance !== one.stance
    )
  )

const folded = <State>(subject: Laws.StatusFold<State>, facts: ReadonlyArray<Fact>): State =>
  facts.reduce(subject.evolve, subject.initial)

const statusIn = <State>(
  subject: Laws.StatusFold<State>,
  facts: ReadonlyArray<Fact>,
  session: string
): Status | undefined => subject.statuses(folded(subject, facts)).get(session)

const answer = (agent: AgentId, session: string, response: string) =>
  draft({ message_type: "coordination_response", session_id: session, agent_id: agent.name, response })

const planText = (session: string, plan: string) =>
  draft({ message_type: "coordination_plan", session_id: session, plan })

const pick = <A>(items: ReadonlyArray<A>, at: number): A => {
  const item = items[at % items.length]
  if (item === undefined) throw new Error("nothing to pick from")
  return item
}

const expect = (found: unknown, expected: unknown): void => {
  if (found !== expected) throw new Error(`expected ${expected}, found ${found}`)
}
