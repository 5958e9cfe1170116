/**
 * From a command to facts: sessions opened, talked in, voted on, escalated and ruled (docs/rules.md, 7).
 */
import { assert, describe, it } from "@effect/vitest"
import type { Command, Context } from "@chorus/coordination-core/command/Command"
import * as Commands from "@chorus/coordination-core/command/Commands"
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import { TaskKey } from "@chorus/coordination-core/identity/TaskKey"
import * as MeshSettings from "@chorus/coordination-core/mesh/MeshSettings"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Arbitraries from "@chorus/coordination-core/testing/Arbitraries"
import * as Laws from "@chorus/coordination-core/testing/Laws"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { scene, statusOf } from "../session/scene.ts"
import { desk } from "./desk.ts"

const agent = fc.constantFrom("m1", "m2", "m3").map((name) => AgentName.make(name))
const task = fc.tuple(fc.nat(3), fc.nat(4)).map(
  ([repository, id]) => TaskKey.make(`repo-${repository}#${id}`)
)
const text = fc.string({ maxLength: 300 })

/** Any command about a session, by the place of the session in the replica. */
const command = (session: string): fc.Arbitrary<Command> =>
  fc.oneof(
    fc.record({
      _tag: fc.constant("Claim" as const),
      agent,
      task: task.map((key) => ({ repository: key.slice(0, 6), task_id: key.slice(7), title: key })),
      leaseMillis: fc.nat(1_800_000)
    }),
    fc.record({ _tag: fc.constant("Update" as const), agent, task, changes: fc.record({ title: text }) }),
    fc.record({ _tag: fc.constant("Release" as const), agent, task, because: text }),
    fc.record({ _tag: fc.constant("Complete" as const), agent, task, results: text }),
    fc.record({
      _tag: fc.constant("Open" as const),
      agent,
      kind: fc.constantFrom("planning" as const, "conflict" as const),
      tasks: fc.array(task, { maxLength: 4 }),
      reason: text
    }),
    fc.record({
      _tag: fc.constant("Say" as const),
      agent,
      session: fc.constant(session),
      text,
      intent: fc.constantFrom(undefined, "question" as const)
    }),
    fc.record({
      _tag: fc.constant("Answer" as const),
      agent,
      session: fc.constant(session),
      stance: fc.constantFrom("agree" as const, "object" as const, "abstain" as const),
      reason: text,
      plan: fc.constant(undefined)
    }),
    fc.record({ _tag: fc.constant("Escalate" as const), agent, session: fc.constant(session), reason: text })
  )

interface Given {
  readonly input: Command
  readonly context: Context
}

const given: fc.Arbitrary<ReadonlyArray<Given>> = fc.tuple(
  Arbitraries.history(),
  fc.constantFrom("a", "b", "c", "outsider"),
  fc.nat(20),
  fc.boolean()
).chain(([{ facts, founder }, node, at, settled]) => {
  const replica = Replica.evolveAll(Replica.empty(founder), facts)
  const sessions = [...replica.sessions.keys()].sort()
  const context: Context = {
    at: { monotonicMillis: 0, wallMillis: at * 500_000 },
    node: Paper.node(node),
    replica,
    settings: MeshSettings.defaults(founder),
    settled,
    holders: () => new Set()
  }
  return fc.array(command(sessions[at % Math.max(1, sessions.length)] ?? "none"), { maxLength: 10 })
    .map((all) => all.map((input) => ({ input, context })))
})

describe("Commands", () => {
  const machine = {
    initial: null,
    decide: (state: null, { context, input }: Given) => {
      const carried = Commands.decide(input, context)
      return Result.isSuccess(carried)
        ? { state, drafts: carried.success.drafts, outputs: [carried.success.done] }
        : { state, drafts: [], outputs: [carried.failure] }
    }
  }
  // A claim may announce, and claim or renew; each command has one answer.
  for (const law of Laws.machine<null, Given, unknown>(machine, given, { draftsMax: 2, outputsMax: 1 })) {
    it(law.title, () => law.check(40))
  }

  it("an open command embeds the claims and names the session that comes of it", () => {
    const { agents: [a], claims, paper } = scene()
    const other = paper.claim(paper.agent("c", "c"), "repo-c#1")
    const tasks = ["repo-a#1", "repo-b#1", "repo-c#1"].map((key) => TaskKey.make(key))
    const { done, facts } = desk(paper, "a").done(
      { _tag: "Open", agent: a!.name, kind: "planning", tasks, reason: "one release" }
    )

    assert.strictEqual(done.session, Paper.session(facts[0]!))
    assert.deepStrictEqual(facts[0]?.embedded.map(({ id }) => id), [...claims, other].map(({ id }) => id))
  })

  it("a conflict is opened over one task that two agents hold", () => {
    const { agents: [a, b], paper } = scene()
    const open = (tasks: ReadonlyArray<string>): Command => ({
      _tag: "Open",
      agent: a!.name,
      kind: "conflict",
      tasks: tasks.map((key) => TaskKey.make(key)),
      reason: "both"
    })
    assert.include(desk(paper, "a").refusal(open(["repo-a#1"]))?.message, "two agents")
    paper.claim(b!, "repo-a#1")

    const { done } = desk(paper, "a").done(open(["repo-a#1"]))
    assert.match(done.session ?? "", /^conf_/)
    assert.deepStrictEqual(desk(paper, "a").done(open(["repo-a#1"])), {
      facts: [],
      done: { summary: `${done.session} is open already`, session: done.session! }
    })
    paper.escalate(a!.node, done.session!, "who has it?")
    assert.strictEqual(
      desk(paper, "a").done(open(["repo-a#1"])).done.summary,
      `${done.session} is escalated already`
    )
    assert.include(desk(paper, "a").refusal(open(["repo-a#1", "repo-b#1"]))?.message, "two agents")
  })

  it("what cannot be opened is refused with what to do instead", () => {
    const names = ["a", "b", "c", "d", "e", "f"]
    const { agents, paper } = scene(names, "planning")
    paper.claim(agents[0]!, "own#1")
    paper.claim(agents[1]!, "repo-c#1")
    const refusal = (tasks: ReadonlyArray<string>, agent = agents[0]!) =>
      desk(paper, "a").refusal({
        _tag: "Open",
        agent: agent.name,
        kind: "planning",
        tasks: tasks.map((key) => TaskKey.make(key)),
        reason: "why"
      })?.message

    assert.include(refusal(["repo-a#1", "nobody#1"]), "nobody holds nobody#1")
    assert.include(refusal(["repo-a#1", "repo-c#1"]), "settle that conflict first")
    assert.include(refusal(["repo-a#1", "repo-a#1"]), "at least two tasks")
    assert.include(refusal(["repo-a#1", "own#1"]), "nobody to agree with")
    assert.include(refusal(["repo-b#1", "repo-d#1"]), "holds none of these tasks")
    paper.end(paper.facts.findLast(({ data }) => data.message_type === "task_claimed")!)
    assert.include(refusal(names.map((name) => `repo-${name}#1`)), "at most 5 members")
  })

  it("members talk, others do not, and an unknown session is said to be unknown", () => {
    const { agents: [a, b], paper, session } = scene()
    const say = (agent: AgentName, id = session): Command => (
      { _tag: "Say", agent, session: id, text: "hello", intent: "question" }
    )
    const [said] = desk(paper, "a").done(say(a!.name)).facts

    assert.deepInclude<unknown>(
      said?.data,
      { session_id: session, from_agent: a!.name, content: "hello", intent: "question" }
    )
    assert.include(desk(paper, "a").refusal(say(b!.name))?.message, "b is not a member")
    assert.include(desk(paper, "a").refusal(say(a!.name, "dep_0"))?.message, "no session dep_0 is known here")
  })

  it("I14: before a node asked its peers for its own older votes it votes on nothing, and says so", () => {
    const { agents: [a], paper, session } = scene()
    const plan = paper.propose(session, a!)
    const answer: Command = {
      _tag: "Answer",
      agent: a!.name,
      session,
      stance: "agree",
      reason: "",
      plan: undefined
    }

    assert.deepInclude(desk(paper, "a").refusal(answer, 0, false), { later: true })
    const { done, facts } = desk(paper, "a").done(answer)
    assert.lengthOf(facts, 1)
    assert.include(done, { session, plan: Paper.planHash(plan) })
    assert.include(done.summary, "agree on plan")
    const again = desk(paper, "a").done({ ...answer, reason: "and one more" })
    assert.deepStrictEqual(again.facts, [])
    assert.match(again.done.summary, /, as before: a vote and its reason are final$/)
    assert.include(desk(paper, "a").refusal({ ...answer, stance: "object" }), { later: false })
  })

  it("a member escalates while the session is not over", () => {
    const { agents: [a, b], paper, session } = scene()
    const escalate: Command = { _tag: "Escalate", agent: a!.name, session, reason: "b is away" }
    assert.include(desk(paper, "b").refusal(escalate)?.message, "not a member")

    assert.deepInclude<unknown>(desk(paper, "a").done(escalate).facts[0]?.data, {
      escalation_reason: "Escalation requested by agent a: b is away",
      requested_by: `a@${a!.node}`
    })
    assert.strictEqual(statusOf(paper, session), "escalated")
    assert.deepStrictEqual(desk(paper, "a").done(escalate), {
      facts: [],
      done: { summary: `${session} waits for a person already, for this reason`, session }
    })
    assert.lengthOf(desk(paper, "a").done({ ...escalate, reason: "b is still away" }).facts, 1)
    const plan = paper.propose(session, a!)
    paper.certify(a!.node, session, [paper.vote(a!, plan, "agree"), paper.vote(b!, plan, "agree")])
    assert.include(desk(paper, "a").refusal(escalate)?.message, "the session is resolved")
  })

  it("H24: a person's ruling is carried; a stranger's or a revoked person's is refused", () => {
    const { agents: [a], paper, session } = scene()
    const rulingBy = (person: string, id = session) => {
      const other = Paper.make()
      const { ruling } = other.rule(Paper.person(person), a!.node, {
        kind: "decide_session",
        session_id: id,
        decision: "a first",
        replaces: []
      })
      return { _tag: "Rule", ruling: ruling!, sealed: "c2VhbGVk" } as const
    }
    const refusal = (person: string, id?: string) => desk(paper, "a").refusal(rulingBy(person, id))?.message
    const given = desk(paper, "a").give(rulingBy("founder"))

    assert.deepStrictEqual<unknown>(Result.getOrThrow(given).drafts, [
      { data: { message_type: "ruling", ruling: "c2VhbGVk" }, embed: [] }
    ])
    assert.include(refusal("founder", "dep_0"), "no session dep_0")
    assert.include(refusal("ann"), "not a person of this mesh")
    paper.rule(paper.founder, a!.node, { kind: "add_person", person: Paper.person("ann"), name: "Ann" })
    assert.isUndefined(refusal("ann"))
    paper.rule(
      paper.founder,
      a!.node,
      { kind: "revoke_person", person: Paper.person("ann"), because: "left" }
    )
    assert.include(refusal("ann"), "was revoked")
    paper.rule(paper.founder, Paper.node("b"), {
      kind: "revoke_member", node: a!.node, last_places: {}, because: "stolen"
    })
    assert.match(refusal("founder") ?? "", /this node was revoked .* rule at another node/)
  })
})
