/**
 * The test of the test: a right reasoner keeps every promise of the contract, and each wrong one
 * breaks the promise it is meant to break.
 */
import type { AgentKey } from "@chorus/coordination-core/identity/AgentId"
import type { JudgeRequest } from "@chorus/coordination-core/detection/Judging"
import { FactId } from "@chorus/coordination-core/identity/FactId"
import type { PlanContent } from "@chorus/coordination-core/plan/PlanContent"
import type { PlanRequest } from "@chorus/coordination-core/plan/PlanRequest"
import { type Reasoned, Reasoner, ReasonerError } from "@chorus/coordination-core/ports/Reasoner"
import { Patience } from "@chorus/port-contracts/Check"
import * as ReasonerContract from "@chorus/port-contracts/ReasonerContract"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"

type Plan = (request: PlanRequest) => Effect.Effect<Reasoned, ReasonerError>

const firstAgent = ({ tasks }: PlanRequest): AgentKey => tasks[0]!.agent

const right = (request: PlanRequest): PlanContent => ({
  items: [{
    id: "1",
    owner: firstAgent(request),
    action: "Agree on the contract",
    depends_on: [],
    done_when: "Both said so"
  }],
  share: [],
  watch: [],
  success: []
})

/** A reasoner that says what the right one says, but for `change`. */
const answering = (change: (request: PlanRequest) => Partial<Reasoned>): Plan => (request) =>
  Effect.succeed({ content: right(request), madeBy: "test", calls: 0, ...change(request) })

const withItem = (change: (request: PlanRequest) => object): Plan =>
  answering((request) => {
    const content = right(request)
    const items = content.items.map((item) => ({ ...item, ...change(request) }))
    return { content: { ...content, items } }
  })

const subject = (plan: Plan): ReasonerContract.Subject => ({
  layer: Layer.succeed(Reasoner, { plan }),
  timeout: "1 minute"
})

ReasonerContract.suite("a right one", subject(answering(() => ({}))))

const judging = (judge: Reasoner["Service"]["judge"]): ReasonerContract.Subject => ({
  layer: Layer.succeed(Reasoner, { plan: answering(() => ({})), ...(judge === undefined ? {} : { judge }) }),
  timeout: "1 minute"
})

const claims = ({ candidates }: JudgeRequest) => candidates.map(({ claim }) => claim)

ReasonerContract.suite(
  "a right one that judges",
  judging((request) => Effect.succeed({ order: claims(request).reverse(), withheld: [] }))
)

describe("a wrong reasoner breaks its promise", () => {
  const stranger = "mallory@12D3KooWzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"
  const never = new ReasonerError({ reason: "failed", message: "never" })
  const long = Array.from({ length: 8 }, () => "a".repeat(280))
  // Wrong on purpose: what the schemas would refuse is what the contract must find.
  const anything = (value: unknown) => value as never

  const wrong: ReadonlyArray<readonly [title: string, breaks: RegExp, plan: Plan]> = [
    ["that always fails", /plain request/, () => Effect.fail(never)],
    ["that dies", /keeps its limits/, () => Effect.die("a defect")],
    ["that fails with another error", /keeps its limits/, () => Effect.fail(anything("no plan"))],
    ["whose sentence is too long", /keeps its limits/, withItem(() => ({
      action: "a".repeat(281)
    }))],
    ["whose plan is too large", /keeps its limits/, answering((request) => ({
      content: { ...right(request), share: long, watch: long, success: long }
    }))],
    ["that lets a stranger in", /own items/, withItem(() => ({ owner: anything(stranger) }))],
    ["that takes the owner from a text", /own items/, withItem((request) => ({
      owner: anything(request.reason.includes("mallory") ? stranger : firstAgent(request))
    }))],
    ["whose item waits for itself", /own items/, withItem(() => ({ depends_on: ["1"] }))],
    ["that is made by nobody", /who made it/, answering(() => ({ madeBy: "" }))],
    ["that is made by two lines", /who made it/, answering(() => ({ madeBy: "a\nb" }))],
    ["that counts half calls", /who made it/, answering(() => ({ calls: 0.5 }))]
  ]
  const judges: ReadonlyArray<readonly [title: string, judge: Reasoner["Service"]["judge"]]> = [
    ["that judges one twice", (request) =>
      Effect.succeed({ order: claims(request), withheld: claims(request).slice(0, 1) })],
    ["that judges too few", (request) => Effect.succeed({ order: claims(request).slice(1), withheld: [] })],
    ["that judges what nobody asked about", (request) =>
      Effect.succeed({ order: [...claims(request).slice(1), FactId.make("f".repeat(64))], withheld: [] })],
    ["whose judge dies", () => Effect.die("a defect")]
  ]
  const late: ReadonlyArray<readonly [title: string, plan: Plan]> = [
    ["that never answers", () => Effect.never],
    ["that answers too late", (request) =>
      Effect.delay(answering(() => ({}))(request), "61 seconds")]
  ]

  const assertBroken = (breaks: RegExp, plan: Plan, by = subject(plan)) =>
    Effect.gen(function*() {
      const [broken, ...rest] = ReasonerContract.promises.filter(({ title }) => breaks.test(title))
      assert.lengthOf(rest, 0)

      assert.isTrue(Exit.isFailure(yield* Effect.exit(broken!.check(by))))
    })

  for (const [title, breaks, plan] of wrong) it.live(title, () => assertBroken(breaks, plan))

  for (const [title, judge] of judges) {
    it.live(title, () => assertBroken(/about each candidate/, () => Effect.fail(never), judging(judge)))
  }

  for (const [title, plan] of late) {
    it.live(title, () =>
      Effect.provideService(assertBroken(/timeout/, plan), Patience, Duration.millis(200)))
  }
})
