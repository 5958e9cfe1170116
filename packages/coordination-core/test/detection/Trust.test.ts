/**
 * What makes detection worth trusting: conflicts in one repository, budgets, mutes, lessons, custom
 * rules, and words that can be checked.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Rule from "@chorus/coordination-core/detection/Rule"
import { draft } from "@chorus/coordination-core/fact/Draft"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import * as TaskKey from "@chorus/coordination-core/identity/TaskKey"
import * as Lessons from "@chorus/coordination-core/lesson/Lessons"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import type * as TaskContext from "@chorus/coordination-core/task/TaskContext"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import { claims, machine, pair, types } from "./machine.ts"

/** Describes a task with paths, as the holder of a claim. */
const describes = (
  paper: Paper.Paper,
  claim: Fact,
  words: Partial<TaskContext.TaskContext>,
  version: number
) => {
  const { data } = claim
  if (data.message_type !== "task_claimed") throw new Error("not a claim")
  const { repository, task_id } = data
  return paper.state(claim.from, draft({
    message_type: "task_updated",
    version,
    task: { repository, task_id, title: "Something", ...words }
  }))
}

/** Renews a claim for a day. */
const lasts = (paper: Paper.Paper, claim: Fact) =>
  paper.state(claim.from, draft({
    message_type: "claim_renewed",
    claim: claim.id,
    agent_id: AgentName.make("agent_id" in claim.data ? claim.data.agent_id ?? "" : ""),
    claimed_until_ms: 86_400_000
  }))

const reasonOf = (stated: ReturnType<ReturnType<typeof machine>["fold"]>[number]): string =>
  stated.data.message_type === "session_opened"
    ? stated.data.reason
    : stated.data.message_type === "dependency_detected" ? stated.data.dependency.reason : ""

describe("Tasks of one repository", () => {
  it("open a conflict when their paths overlap, and an update opens no second one", () => {
    const paper = Paper.make()
    const one = claims(paper, paper.agent("a", "api"), "backend#1", "Split the handlers")
    const two = claims(paper, paper.agent("b", "web"), "backend#2", "Rename the errors")
    const far = claims(paper, paper.agent("b", "ops"), "backend#3", "Move the charts")
    const elsewhere = claims(paper, paper.agent("c", "doc"), "frontend#4", "Tidy")
    const b = machine(paper, "b")
    assert.deepStrictEqual(b.fold(), [])
    describes(paper, one, { paths: ["src/api"] }, 2)
    describes(paper, far, { paths: ["charts/**"] }, 2)
    describes(paper, elsewhere, { paths: ["src/api"] }, 2)
    describes(paper, two, { paths: ["src/*/errors.ts"] }, 2)

    const drafts = b.fold(60_000)
    assert.deepStrictEqual(types(drafts), ["session_opened"])
    assert.sameMembers([...drafts[0]!.embed], [one.id, two.id])
    assert.strictEqual(
      reasonOf(drafts[0]!),
      "backend#2 and backend#1 both touch src/*/errors.ts and src/api: both work at the same files; " +
        "claimed at about the same time."
    )
    const opening = paper.state(Paper.node("b"), drafts[0]!)
    assert.match(Paper.session(opening), /^conf_/)
    describes(paper, two, { paths: ["src/**/*.ts"] }, 3)
    assert.deepStrictEqual(b.fold(), [])
  })

  it("open one when their scopes clash by normal form, few with the many names of one node", () => {
    const paper = Paper.make()
    for (let nth = 0; nth < 5; nth++) {
      claims(paper, paper.agent("m", `m${nth}`), `backend#${nth}`, "Read it", "api:GET /v1/users/:id=use")
    }
    const b = machine(paper, "b")
    b.fold()
    claims(paper, paper.agent("b", "api"), "backend#9", "Anew", "api:GET /v1/users/{id}=remove")
    const drafts = b.fold()

    assert.deepStrictEqual(types(drafts), ["session_opened", "session_opened"])
    assert.include(
      reasonOf(drafts[0]!),
      "api:GET /v1/users/{id} (remove and use): what is used goes away; its users have to leave first"
    )
  })

  it("stay silent when a holder muted the pair", () => {
    const paper = Paper.make()
    claims(paper, paper.agent("a", "api"), "backend#1", "One", "table:t=migrate")
    claims(paper, paper.agent("b", "web"), "backend#2", "Two", "table:t=migrate")
    mute(paper, "a", { task1: TaskKey.make("backend", 2), task2: TaskKey.make("backend", 1) })
    assert.deepStrictEqual(machine(paper, "b").fold(), [])
  })
})

const mute = (
  paper: Paper.Paper,
  by: string,
  more: { readonly covers?: "pair" | "rule" | "repositories"; readonly rule?: string } & Partial<
    Record<"task1" | "task2", TaskKey.TaskKey>
  > = {}
) =>
  paper.state(Paper.node(by), draft({
    message_type: "alert_muted",
    task1: TaskKey.make("backend", 77),
    task2: TaskKey.make("frontend", 78),
    agent_id: paper.agent(by, "api").name,
    because: "we know",
    ...more
  }))

describe("A mute", () => {
  it("of a rule or of two repositories silences more than its pair, until its own node lifts it", () => {
    for (const more of [{ covers: "rule", rule: "API_Contract" }, { covers: "repositories" }] as const) {
      const { paper } = pair()
      const muted = mute(paper, "a", more)
      const lift = (by: string) =>
        paper.state(Paper.node(by), draft({
          message_type: "mute_lifted",
          mute: muted.id,
          task1: TaskKey.make("backend", 77),
          task2: TaskKey.make("frontend", 78),
          agent_id: paper.agent(by, "api").name,
          covers: more.covers
        }))
      const b = machine(paper, "b")
      assert.deepStrictEqual(b.fold(), [])
      assert.deepStrictEqual(b.state().heldBack.latest.map(({ because }) => because), ["muted by api: we know"])
      lift("b")
      assert.deepStrictEqual(machine(paper, "b").fold(), [])
      lift("a")
      assert.deepStrictEqual(types(machine(paper, "b").fold()), ["dependency_detected"])
    }
  })

  it("of another rule, of other repositories or by a stranger silences nothing", () => {
    const { paper } = pair()
    mute(paper, "a", { covers: "rule", rule: "Database_Schema" })
    mute(paper, "a", { covers: "repositories", task1: TaskKey.make("backend", 1), task2: TaskKey.make("x", 1) })
    mute(paper, "stranger", { covers: "rule", rule: "API_Contract" })
    mute(paper, "stranger", { covers: "repositories" })
    assert.deepStrictEqual(types(machine(paper, "b").fold()), ["dependency_detected"])
  })
})

describe("The budget", () => {
  it("H26: an agent raises so many alerts an hour; what is held back says why, each pair once", () => {
    const paper = Paper.make()
    for (let nth = 0; nth < 3; nth++) {
      claims(paper, paper.agent(`n${nth}`, "web"), `front-${nth}#1`, "Read it", `table:t${nth}=use`)
    }
    const b = machine(paper, "b", { alertsPerAgentAndHour: 2 })
    b.fold()
    const own = [0, 1, 2].map((nth) =>
      claims(paper, paper.agent("b", "api"), `back-${nth}#1`, "Change it", `table:t${nth}=migrate`))
    assert.lengthOf(b.fold(), 2)
    describes(paper, own[2]!, { title: "Migrate it", scopes: ["table:t2=migrate"] }, 2)
    assert.deepStrictEqual(b.fold(1000), [])
    assert.strictEqual(b.state().heldBack.count, 1)
    assert.deepStrictEqual(
      b.state().heldBack.latest.map(({ because }) => because),
      ["api raised 2 alerts within an hour"]
    )
    for (const claim of paper.facts.filter(({ data }) => data.message_type === "task_claimed")) lasts(paper, claim)
    describes(paper, own[2]!, { title: "Migrate it all", scopes: ["table:t2=migrate"] }, 3)
    assert.lengthOf(b.fold(3_600_001), 1)
  })
})

/** A session of a pair that speaks alike, which its members dismiss or confirm. */
const judged = (paper: Paper.Paper, nth: number, dismisses: boolean) => {
  const [a, b] = [paper.agent("a", `api${nth}`), paper.agent("b", `web${nth}`)]
  const [one, two] = [paper.claim(a, `backend#${nth}`), paper.claim(b, `frontend#${nth}`)]
  const session = Paper.session(paper.depend(one, two))
  const plan = paper.propose(session, a)
  const votes = [a, b].map(({ name, node }) =>
    paper.state(node, draft({
      message_type: "coordination_response",
      session_id: session,
      agent_id: name,
      response: "",
      stance: "agree",
      round: 1,
      plan_hash: Paper.planHash(plan),
      ...(dismisses ? { dismisses } : {})
    })))
  paper.certify(a.node, session, votes)
  for (const claim of [one, two]) paper.end(claim)
  return session
}

describe("Lessons", () => {
  const lessonsOf = (paper: Paper.Paper, node = "b", at = 0) => {
    const replica = Replica.evolveAll(Replica.empty(paper.founder), paper.facts)
    const ids = Replica.openedSessions(replica).map(({ id }) => id)
    return [ids, ids.toReversed(), [...ids, ...ids]].map((order) =>
      Lessons.learnAll(Lessons.empty, replica, order, Paper.node(node), () => at))
  }

  it("count what members agreed on, once, in whatever order, and only of a node's own sessions", () => {
    const paper = Paper.make()
    for (const [nth, dismisses] of [true, false, true, true].entries()) judged(paper, nth + 10, dismisses)
    for (const lessons of lessonsOf(paper)) {
      const tally = Lessons.ofRule(lessons, "API_Contract")
      assert.deepInclude(tally, { fired: 4, confirmed: 1, dismissed: 3 })
      assert.strictEqual(Lessons.precision(tally, 0), 2 / 6)
      assert.strictEqual(Lessons.precision(Lessons.ofPair(lessons, "backend frontend"), 0), 2 / 6)
    }
    for (const lessons of lessonsOf(paper, "stranger")) assert.deepStrictEqual(lessons, Lessons.empty)
  })

  it("a person's verdict takes the place of the members'", () => {
    const paper = Paper.make()
    const session = judged(paper, 10, false)
    paper.rule(paper.founder, Paper.node("a"), {
      kind: "decide_session",
      session_id: session,
      decision: "nothing to do",
      verdict: "dismissed",
      replaces: []
    })
    const [lessons = Lessons.empty] = lessonsOf(paper)
    assert.deepInclude(Lessons.ofRule(lessons, "API_Contract"), { fired: 1, confirmed: 0, dismissed: 1 })
  })

  it("demote a rule that people keep dismissing, until time heals it; declared scopes stand above that", () => {
    const { paper } = pair()
    const [first] = machine(paper, "b").fold()
    assert.strictEqual(first?.data.message_type, "dependency_detected")
    for (let nth = 10; nth < 14; nth++) judged(paper, nth, true)
    const b = machine(paper, "b")
    assert.deepStrictEqual(b.fold(), [])
    assert.match(b.state().heldBack.latest[0]?.because ?? "", /^the rule API_Contract is demoted/)
    const [lessons = Lessons.empty] = lessonsOf(paper)
    const tally = Lessons.ofRule(lessons, "API_Contract")
    assert.isTrue(Lessons.isDemoted(tally, 0))
    assert.isFalse(Lessons.isDemoted(tally, 60 * 86_400_000))

    claims(paper, paper.agent("a", "api"), "backend#3", "Users", "api:GET /v1/users=replace")
    claims(paper, paper.agent("b", "web"), "frontend#4", "Page", "api:GET /v1/users=use")
    assert.deepStrictEqual(types(b.fold()), ["dependency_detected"])
  })
})

describe("A custom rule", () => {
  const rule = (decisive: boolean) =>
    Rule.make({
      name: "Pallet_Rule",
      description: "Pallets and forklifts",
      keywords: ["pallet", "forklift"],
      decisive,
      validator: (task1, task2) =>
        Rule.mentions(task1, "pallet", "forklift") && Rule.mentions(task2, "pallet", "forklift")
          ? Rule.matched("pallets are moved by forklifts")
          : Rule.unmatched
    })
  const alerts = (decisive: boolean) => {
    const paper = Paper.make()
    claims(paper, paper.agent("a", "api"), "warehouse#1", "Stack every pallet twice")
    for (let nth = 0; nth < 12; nth++) {
      claims(paper, paper.agent("a", "api"), `other-${nth}#1`, `Weigh the forklift and pallet number ${nth}`)
    }
    const b = machine(paper, "b", { rules: [rule(decisive)] })
    b.fold()
    claims(paper, paper.agent("b", "web"), "fleet#2", "Charge the forklift overnight")
    return b.fold()
  }

  it("that is declared decisive is worth an alert by itself, within the budget", () => {
    const found = alerts(true)
    assert.lengthOf(found, 3)
    for (const { data } of found) {
      assert.strictEqual(data.message_type === "dependency_detected" && data.dependency.relationship, "Pallet_Rule")
    }
  })

  it("names a pair and opens no session alone", () => {
    assert.deepStrictEqual(alerts(false), [])
  })
})

describe("The reason of an alert", () => {
  it("says what is shared, how rare it is, how far apart, and who goes first and why", () => {
    const paper = Paper.make()
    for (let nth = 0; nth < 1200; nth++) {
      claims(paper, paper.agent("c", "c"), `plain-${nth}#1`, `Sweep the yard ${nth}`)
    }
    claims(paper, paper.agent("a", "api"), "warehouse#1", "Publish ParcelDispatched with the carrier")
    for (const claim of paper.facts.filter(({ data }) => data.message_type === "task_claimed")) lasts(paper, claim)
    const b = machine(paper, "b")
    b.fold(0)
    lasts(paper, claims(paper, paper.agent("b", "web"), "notify#2", "Send a text on ParcelDispatched"))
    const [stated] = b.fold(3 * 3_600_000)
    assert.match(
      reasonOf(stated!),
      /^notify#2 and warehouse#1 .*ParcelDispatched.*; only 2 of 1,\d\d\d open tasks mention ".+"; claimed 3 h apart\.$/
    )

    lasts(paper, claims(paper, paper.agent("a", "api"), "warehouse#3", "Tidy", "table:orders=use"))
    lasts(paper, claims(paper, paper.agent("b", "web"), "notify#4", "Clean", "table:public.orders=remove"))
    const [removal] = b.fold(3 * 3_600_000).slice(-1)
    assert.match(
      reasonOf(removal!),
      /what is used goes away; its users have to leave first: warehouse#3 has to go first\.$/
    )
    assert.isAtMost(Math.max(...[stated, removal].map((one) => reasonOf(one!).length)), 500)
  })
})
