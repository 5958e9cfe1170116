/**
 * Histories of a small mesh, for fast-check: honest agents, outsiders, liars and people at once.
 *
 * A history is a list of small steps (who does what to which earlier thing) written on paper, so
 * it shrinks step by step. The facts in it are well-formed; what they claim need not be true.
 * Needs fast-check, an optional peer dependency of this package.
 */
import * as fc from "fast-check"
import { draft } from "../fact/Draft.ts"
import type { Fact } from "../fact/Fact.ts"
import type { AgentId } from "../identity/AgentId.ts"
import type { PersonId } from "../identity/NodeId.ts"
import { nonce } from "../identity/FactId.ts"
import * as TaskKey from "../identity/TaskKey.ts"
import type { RulingId } from "../ruling/Ruling.ts"
import * as Paper from "./Paper.ts"

const kinds = [
  "claim", "claim", "depend", "depend", "conflict", "planning", "propose", "propose", "revise",
  "vote", "vote", "vote", "certify", "certify", "say", "escalate", "end", "renew", "announce",
  "fork", "prove", "decide", "people", "revoke", "mute", "seed"
] as const

/** One step: what is done, by whom, and to which of the things that are there by then. */
export interface Step {
  readonly kind: typeof kinds[number]
  readonly actor: number
  readonly first: number
  readonly second: number
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...kinds),
  actor: fc.nat(5),
  first: fc.nat(11),
  second: fc.nat(11)
})

/** A history: its facts in the order of their writing, and the founder of its mesh. */
export interface History {
  readonly founder: PersonId
  readonly facts: ReadonlyArray<Fact>
}

/** Histories of at most `stepsMax` steps (40 unless given) by six agents on four nodes. */
export const history = (stepsMax = 40): fc.Arbitrary<History> =>
  fc.array(step, { maxLength: stepsMax, size: "max" }).map(written)

/** The facts of such histories; their mesh was founded by `Paper.make().founder`. */
export const facts = (stepsMax = 40): fc.Arbitrary<ReadonlyArray<Fact>> =>
  history(stepsMax).map((all) => all.facts)

/** Writes the steps of a history down, after a beginning that gives them something to act on. */
export const written = (steps: ReadonlyArray<Step>): History => {
  const paper = Paper.make()
  const [api, web, db, docs] = actors.map(([node, name], at) =>
    paper.claim(paper.agent(node, name), `repo-${at}#${at}`)
  )
  if (api && web && db && docs) {
    const pair = paper.depend(api, db)
    paper.propose(Paper.session(pair), Paper.ownerOf(api))
    paper.propose(Paper.session(paper.open("planning", [api, web, db, docs])), Paper.ownerOf(docs))
  }
  for (const each of steps) write(paper, each)
  for (const fact of paper.facts) Object.defineProperty(fact, fc.toStringMethod, { value: () => line(fact) })
  return { founder: paper.founder, facts: paper.facts }
}

/** How a report shows a fact, so that a history can be read: a line, with all ids by their ends. */
const line = ({ data: { message_type, ...rest }, embedded, id, seq, from }: Fact): string => {
  const over = embedded.length === 0 ? "" : ` over ${embedded.map((each) => each.id).join(", ")}`
  const whole = `${message_type} ${id}, fact ${seq} of ${from}${over}: ${JSON.stringify(rest)}`
  return `\n  ${whole.replaceAll(/\w{32,}(?=\w{8})/g, "…").slice(0, lineMax)}`
}

const lineMax = 240

const actors = [["a", "m1"], ["a", "m2"], ["b", "m1"], ["c", "m1"], ["d", "m1"], ["a", "m3"]] as const
const people = [Paper.person("founder"), Paper.person("ann"), Paper.person("bob")] as const

const agentAt = (paper: Paper.Paper, actor: number) => {
  const [node, name] = actors[actor] ?? actors[0]
  return paper.agent(node, name)
}

const write = (paper: Paper.Paper, { actor, first, kind, second }: Step): void => {
  const agent = agentAt(paper, actor)
  const of = (type: string) => paper.facts.filter((fact) => fact.data.message_type === type)
  const claims = of("task_claimed")
  const openings = [...of("dependency_detected"), ...of("session_opened")]
  const session = Paper.session(pick(openings, first) ?? nothing)
  const plans = of("coordination_plan").filter((fact) => "content" in fact.data)
  const votes = of("coordination_response").filter((fact) => "stance" in fact.data)
  const [claim, other, plan] = [pick(claims, first), pick(claims, second), pick(plans, first)]
  switch (kind) {
    case "claim":
      return done(paper.claim(agent, `repo-${first % 3}#${second % 4}`))
    case "depend":
      return done(claim && other && paper.depend(claim, other, second % 5 === 0 ? agent.node : undefined))
    case "conflict":
      return done(claim && other && paper.open("conflict", [claim, other]))
    case "planning":
      return done(claim && paper.open("planning", [...new Set(claims.slice(0, 2 + second % 6))]))
    case "propose":
      return done(session !== "" && paper.propose(session, agent, `plan ${second % 3}`))
    case "revise": {
      const objection = pick(votes, second)
      return done(objection && Paper.roundOf(objection) < 3 &&
        paper.propose(Paper.sessionOf(objection), agent, `plan ${first % 3}`, objection))
    }
    case "vote":
      return done(
        plan && paper.vote(agent, plan, pick(["agree", "agree", "object", "abstain"], second) ?? "agree")
      )
    case "certify":
      return done(plan && certify(paper, plan, votes, agent.node, second))
    case "say":
      return done(openings.length > 0 && paper.say(agent, session, "I agree, looks good, approved"))
    case "escalate":
      return done(openings.length > 0 && paper.escalate(agent.node, session, `reason ${second % 2}`))
    default:
      return writeRest(paper, { actor, first, kind, second }, claim, session)
  }
}

const writeRest = (
  paper: Paper.Paper,
  { actor, first, kind, second }: Step,
  claim: Fact | undefined,
  session: string
): void => {
  const agent = agentAt(paper, actor)
  const [by, other] = [pick(people, second) ?? paper.founder, pick(people, first) ?? paper.founder]
  switch (kind) {
    case "end":
      return done(claim && end(paper, agent, claim, second))
    case "renew":
      return done(note(paper, agent, session, first, second), claim && paper.state(agent.node, draft({
        message_type: "claim_renewed",
        claim: claim.id,
        agent_id: agent.name,
        claimed_until_ms: second * 1000
      })))
    case "announce":
      return done(stateContracts(paper, agent, first, second), paper.state(agent.node, draft({
        message_type: second % 3 === 0 ? "task_announced" : "task_updated",
        task: { repository: `repo-${first % 3}`, task_id: String(second % 4), title: `title ${first}` },
        version: 1 + second % 3
      })))
    case "fork":
      return done(paper.fork(agent.node, draft({
        message_type: "session_message",
        session_id: session,
        from_agent: agent.name,
        content: `another story ${second % 3}`
      })))
    case "prove":
      return done(prove(paper, agent.node, first))
    case "decide":
      return done(paper.rule(by, agent.node, {
        kind: "decide_session",
        session_id: session,
        decision: `decision ${first % 3}`,
        replaces: rulingIds(paper).slice(0, first % 2)
      }))
    case "people":
      return done(paper.rule(by, agent.node, actor % 2 === 1
        ? { kind: "revoke_person", person: other, because: "left" }
        : { kind: "add_person", person: other, name: "somebody" }))
    case "revoke":
      return done(paper.rule(by, agent.node, {
        kind: "revoke_member",
        node: agent.node,
        last_places: Object.fromEntries(logsOf(paper, agent.node).map((log) => [log, first])),
        because: "lost its key"
      }))
    case "mute":
      return done(claim && mute(paper, agent, second))
    default:
      return done(paper.state(agent.node, draft({
        message_type: "coordination_response",
        session_id: session,
        agent_id: agent.name,
        response: "I agree with the proposed sequence."
      })))
  }
}

/** A receipt for one of a few items, whether or not there are such. */
const note = (paper: Paper.Paper, { name, node }: AgentId, id: string, first: number, second: number): Fact =>
  paper.state(node, draft({
    message_type: "delivery_noted",
    session_id: id,
    agent_id: name,
    stage: second % 3 === 0 ? "acknowledged" : "shown",
    items: [first % 2 === 0 ? id : `item ${second % 4}`]
  }))

/** One of two parts of one of two versions, so that they meet. */
const stateContracts = (paper: Paper.Paper, { node }: AgentId, first: number, second: number): Fact =>
  paper.state(node, draft({
    message_type: "contracts_stated",
    repository: `repo-${first % 3}`,
    version: 1 + second % 2,
    part: 1 + first % 2,
    parts: 2,
    provides: { [`table:t${second % 3}`]: `${first}` },
    consumes: [`env:E${first % 4}`],
    digest: "0",
    left_out: 0
  }))

/** A certificate with the right votes, or with whatever votes there are. */
const certify = (
  paper: Paper.Paper,
  plan: Fact,
  votes: ReadonlyArray<Fact>,
  by: Fact["from"],
  choice: number
): Fact => {
  const session = Paper.sessionOf(plan)
  const hash = Paper.planHash(plan)
  const opening = paper.facts.find((fact) => Paper.session(fact) === session)
  const onPlan = votes.filter((vote) => "plan_hash" in vote.data && vote.data.plan_hash === hash)
  if (choice % 3 === 0 || opening === undefined) return paper.certify(by, session, onPlan.slice(0, 5))
  const owners = [...new Map(opening.embedded.map((claim) => {
    const owner = Paper.ownerOf(claim)
    return [`${owner.name}@${owner.node}`, owner] as const
  })).values()]
  return paper.certify(by, session, owners.map((owner) =>
    onPlan.find((vote) =>
      vote.from === owner.node && "agent_id" in vote.data && vote.data.agent_id === owner.name &&
      "stance" in vote.data && vote.data.stance !== "object"
    ) ?? paper.vote(owner, plan, "agree")
  ))
}

/** A mute of a pair, a rule or two repositories; some are lifted at once, and some lifts lift nothing. */
const mute = (paper: Paper.Paper, agent: AgentId, choice: number): Fact => {
  const tasks = { task1: TaskKey.make("repo-0", 0), task2: TaskKey.make("repo-1", 1), agent_id: agent.name }
  const covers = pick(["pair", "rule", "repositories"] as const, choice) ?? "pair"
  const muted = paper.state(agent.node, draft({
    message_type: "alert_muted",
    ...tasks,
    because: "other tables",
    covers,
    ...(covers === "rule" ? { rule: "API_Contract" } : {})
  }))
  if (choice % 4 > 1) return muted
  const lifted = choice % 4 === 0 ? muted : paper.facts[0] ?? muted
  return paper.state(agent.node, draft({ message_type: "mute_lifted", ...tasks, mute: lifted.id, covers }))
}

/** The end of a claim: by its owner as a rule, by anybody now and then. */
const end = (paper: Paper.Paper, agent: AgentId, claim: Fact, choice: number): Fact =>
  choice % 4 === 0
    ? paper.state(agent.node, draft({
      message_type: "task_released",
      claim: claim.id,
      agent_id: agent.name
    }))
    : paper.end(claim, choice % 4 === 1 ? "task_completed" : "task_released")

/** The proof of a fork, where there is one. */
const prove = (paper: Paper.Paper, by: Fact["from"], choice: number): Fact | undefined => {
  const twinOf = (fact: Fact) =>
    paper.facts.find(({ id, log, seq }) => id !== fact.id && log === fact.log && seq === fact.seq)
  const fact = pick(paper.facts.filter((each) => twinOf(each) !== undefined), choice)
  const twin = fact && twinOf(fact)
  return fact && twin && paper.state(by, draft(
    { message_type: "fork_proven", log: fact.log, seq: fact.seq },
    [fact.id, twin.id].sort()
  ))
}

const nothing = Paper.make().claim(Paper.make().agent("a", "m1"), "repo#0")

const pick = <A>(items: ReadonlyArray<A>, at: number): A | undefined => items[at % Math.max(1, items.length)]

const rulingIds = (paper: Paper.Paper): ReadonlyArray<RulingId> =>
  paper.facts.flatMap((fact) => fact.ruling === undefined ? [] : [fact.ruling.id])

const logsOf = (paper: Paper.Paper, node: Fact["from"]) =>
  [...new Set(paper.facts.filter((fact) => fact.from === node).map((fact) => nonce(fact.log)))]

/** A step that finds nothing to act on writes nothing. */
const done = (..._written: ReadonlyArray<unknown>): void => undefined
