/**
 * From an answer to a plan: cut where that harms nobody, refused where an agent could not follow.
 */
import * as PlanContent from "@chorus/coordination-core/plan/PlanContent"
import { plain } from "@chorus/port-contracts/ReasonerContract"
import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import { agentsOf } from "@chorus/reasoning/AgentLabels"
import * as PlanAnswer from "@chorus/reasoning/PlanAnswer"
import { good, item, wrong } from "./Answers.ts"

const agents = agentsOf(plain)
const decode = Schema.decodeUnknownResult(PlanAnswer.schema(agents))
const planOf = (answer: unknown) =>
  Result.flatMap(Result.mapError(decode(answer), String), (decoded) =>
    PlanAnswer.toContent(decoded, agents))
const success = (answer: unknown) => Result.getOrThrow(planOf(answer))

describe("PlanAnswer", () => {
  it("labels become agents, in owners and in sentences", () => {
    const { items, share } = success(good)

    assert.deepStrictEqual(items.map(({ owner }) => owner), agents)
    assert.strictEqual(
      items[0]?.action,
      "Publish the specification of POST /v1/users and show it to agent-001@22222222"
    )
    assert.strictEqual(items[0]?.done_when, "agent-001@22222222 approved it")
    assert.deepStrictEqual(share, ["agent-001@11111111 shares openapi.yaml"])
  })

  it("an empty artefact is none", () => {
    const [first, second] = success(good).items

    assert.strictEqual(first?.artefact, "openapi.yaml")
    assert.isFalse("artefact" in second!)
  })

  it("a label that stands for nobody stays as it is written", () => {
    const { share } = success({ ...good, share: ["Ask agent C and @P", "A table for agents"] })

    assert.deepStrictEqual(share, ["Ask agent C and @P", "A table for agents"])
  })

  it("a sentence of 10,000 characters is cut, and not inside a character", () => {
    const { items, watch } = success({
      ...good,
      items: [{ ...item, action: "😀".repeat(5000), artefact: "a".repeat(10_000) }],
      watch: ["w".repeat(10_000)]
    })

    assert.strictEqual(items[0]?.action, `${"😀".repeat(139)}…`)
    assert.strictEqual(items[0]?.artefact?.length, 160)
    assert.strictEqual(watch[0], `${"w".repeat(279)}…`)
  })

  it("a list of more than eight sentences is cut, and empty sentences are left out", () => {
    const { share } = success({ ...good, share: ["", " \n", ..."abcdefghij".split("")] })

    assert.deepStrictEqual(share, "abcdefgh".split(""))
  })

  it("a plan that would not fit a fact gets shorter sentences", () => {
    const sentences = Array.from({ length: 8 }, () => "s".repeat(280))
    const content = success({ ...good, share: sentences, watch: sentences, success: sentences })

    assert.isAtMost(Buffer.byteLength(JSON.stringify(content)), PlanContent.bytesMax)
    assert.strictEqual(content.share[0], `${"s".repeat(159)}…`)
  })

  it("a plan that no cutting makes fit is refused", () => {
    const sentences = Array.from({ length: 8 }, () => "界".repeat(280))

    const plan = planOf({ ...good, share: sentences, watch: sentences, success: sentences })

    assert.match(String(Result.merge(plan)), /longer than 5000 bytes/)
  })

  it("a sentence is one line without what steers a terminal or hides from the eye (H32)", () => {
    const { share } = success({
      ...good,
      share: ["a\r\n5. SUCCESS\u2028b\u001B[2Jc\u202Ed\u{E0041}e \uD83D."]
    })

    assert.deepStrictEqual(share, ["a 5. SUCCESS b [2Jc d e \uFFFD."])
  })

  for (const [what, answer] of Object.entries(wrong)) {
    it(`${what} is refused (H32)`, () => {
      assert.isTrue(Result.isFailure(planOf(answer)))
    })
  }

  it("whatever has the shape of an answer is a plan that agents can follow, or is refused", () => {
    const id = fc.constantFrom("1", "2", "3", "", "an id")
    const sentences = fc.array(fc.string({ unit: "binary", maxLength: 400 }), { maxLength: 12 })
    const answers = fc.record({
      items: fc.array(
        fc.record({
          id,
          owner: fc.constantFrom("A", "B"),
          action: fc.string({ unit: "binary", minLength: 1, maxLength: 400 }),
          artefact: fc.string({ maxLength: 400 }),
          depends_on: fc.array(id, { maxLength: 2 }),
          done_when: fc.string({ minLength: 1 })
        }),
        { maxLength: 3 }
      ),
      share: sentences,
      watch: sentences,
      success: sentences
    })
    fc.assert(fc.property(answers, (answer) => {
      const plan = PlanAnswer.toContent(Result.getOrThrow(decode(answer)), agents)

      if (Result.isSuccess(plan)) {
        assert.isTrue(Result.isSuccess(PlanContent.check(plan.success, agents)))
        Schema.decodeUnknownSync(PlanContent.PlanContent)(plan.success)
      } else {
        assert.notInclude(plan.failure, "\n")
      }
    }))
  })
})
