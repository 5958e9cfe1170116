/**
 * What makes detection worth trusting: conflicts in one repository, budgets, custom rules, and words
 * that can be checked.
 */
import { assert, describe, it } from "@effect/vitest"
import * as NodeSettings from "@chorus/coordination-core/coordination/NodeSettings"
import * as Finding from "@chorus/coordination-core/detection/Finding"
import * as Parameters from "@chorus/coordination-core/detection/Parameters"
import * as Rule from "@chorus/coordination-core/detection/Rule"
import { draft } from "@chorus/coordination-core/fact/Draft"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import * as TaskKey from "@chorus/coordination-core/identity/TaskKey"
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

const allLast = (paper: Paper.Paper) => {
  for (const claim of paper.facts.filter(({ data }) => data.message_type === "task_claimed")) {
    lasts(paper, claim)
  }
}

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
    describes(paper, elsewhere, { title: "Tidy", paths: ["src/api"] }, 2)
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
    paper.state(Paper.node("a"), draft({
      message_type: "alert_muted",
      task1: TaskKey.make("backend", 2),
      task2: TaskKey.make("backend", 1),
      agent_id: AgentName.make("api"),
      because: "we know"
    }))
    assert.deepStrictEqual(machine(paper, "b").fold(), [])
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
    allLast(paper)
    describes(paper, own[2]!, { title: "Migrate it all", scopes: ["table:t2=migrate"] }, 3)
    assert.lengthOf(b.fold(3_600_001), 1)
  })
})

describe("An update", () => {
  it("H27: is looked at again, and states no pair a second time", () => {
    const { facts: [, second], paper } = pair()
    const b = machine(paper, "b")
    const [stated] = b.fold()
    paper.state(Paper.node("b"), stated!)
    claims(paper, paper.agent("a", "api"), "backend#5", "Change it", "table:orders=migrate")
    b.fold()
    describes(paper, second!, { title: "Implement authentication endpoint", scopes: ["table:orders=use"] }, 2)
    const again = b.fold()

    assert.deepStrictEqual(types(again), ["dependency_detected"])
    assert.notDeepEqual([...again[0]!.embed].sort(), [...stated!.embed].sort())
    assert.isTrue(again[0]!.embed.includes(second!.id))
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
      const named = data.message_type === "dependency_detected" && data.dependency.relationship
      assert.strictEqual(named, "Pallet_Rule")
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
    claims(paper, paper.agent("a", "api"), "warehouse#1", "Publish ParcelDispatched for notify")
    allLast(paper)
    const b = machine(paper, "b")
    b.fold(0)
    lasts(paper, claims(paper, paper.agent("b", "web"), "notify#2", "Await ParcelDispatched of warehouse"))
    const [stated] = b.fold(3 * 3_600_000)
    assert.match(
      reasonOf(stated!),
      /^notify#2 and warehouse#1 .+; only 2 of 1,202 open tasks mention ".+"; claimed 3 h apart\.$/
    )

    lasts(paper, claims(paper, paper.agent("a", "api"), "warehouse#3", "Tidy", "table:orders=use"))
    lasts(paper, claims(paper, paper.agent("b", "web"), "notify#4", "Clean", "table:public.orders=remove"))
    const [removal] = b.fold(3 * 3_600_000).slice(-1)
    assert.match(
      reasonOf(removal!),
      /what is used goes away; its users have to leave first: warehouse#3 has to go first; .*claimed /
    )
    assert.isAtMost(Math.max(...[stated, removal].map((one) => reasonOf(one!).length)), 500)
  })
})

describe("The rate of alerts", () => {
  const detection = { ...Parameters.defaults, settling: 1, settled: 2, threshold: 0.001, rate: 0.1 }
  const thresholdsOf = (settings: typeof detection) => {
    const { paper } = pair()
    const b = machine(paper, "b", { detection: settings })
    b.fold()
    return Array.from({ length: 30 }, (_, nth) => {
      claims(paper, paper.agent("b", "web"), `frontend#${nth + 10}`, `Implement authentication ${nth}`)
      allLast(paper)
      b.fold()
      const now = { ...NodeSettings.defaults, detection: settings }
      return Finding.parametersOf(b.state(), now).threshold
    })
  }

  it("H26: among many tasks the threshold rises while too many alerts are due", () => {
    const thresholds = thresholdsOf(detection)

    assert.isAbove(thresholds.at(-1) ?? 0, detection.threshold)
    assert.deepStrictEqual(thresholds, thresholds.toSorted((one, other) => one - other))
  })

  it("among few tasks it is what was set", () => {
    const few = { ...detection, settled: 1000 }

    assert.deepStrictEqual([...new Set(thresholdsOf(few))], [few.threshold])
  })
})
