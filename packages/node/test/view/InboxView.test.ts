/**
 * The inbox as a person reads it: why a case waits, who was not reached, and what holds meanwhile.
 */
import * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import * as NodeSettings from "@chorus/coordination-core/coordination/NodeSettings"
import { draft } from "@chorus/coordination-core/fact/Draft"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import { assert, describe, it } from "@effect/vitest"
import * as Hint from "../../src/cli/CommandLine.ts"
import * as InboxFormat from "../../src/cli/InboxFormat.ts"
import * as InboxView from "../../src/view/InboxView.ts"
import { after, observer } from "./paper.ts"

const minuteMillis = 60_000

const scene = () => {
  const paper = Paper.make()
  const [api, web] = [paper.agent("a", "api"), paper.agent("b", "web")]
  const id = Paper.session(paper.depend(paper.claim(api, "backend#60"), paper.claim(web, "web#10")))
  const look = (minutes = 0, quorum = 1) => {
    const fresh = Coordination.initial(observer, paper.settings, { ...NodeSettings.defaults, quorum })
    return {
      state: after(fresh, paper.facts),
      nowMillis: minutes * minuteMillis,
      wallMillis: minutes * minuteMillis,
      self: observer
    }
  }
  const item = (minutes?: number, quorum?: number) => {
    const [found] = InboxView.rows(look(minutes, quorum)).items
    if (found === undefined) throw new Error("nothing waits")
    return found
  }
  return { api, web, id, item, paper }
}

const list = (item: ReturnType<ReturnType<typeof scene>["item"]>) => InboxFormat.list([item], Hint.plain)
const one = (item: ReturnType<ReturnType<typeof scene>["item"]>) => InboxFormat.one(item, Hint.plain)

describe("the inbox", () => {
  it("H22: says what each task is, what the alert says, who objected to what, and what was said last", () => {
    const { api, id, item, paper, web } = scene()
    let plan = paper.propose(id, api)
    for (const because of ["not before May", "the report needs it", "still\nno time"]) {
      const { plan_hash, round } = { plan_hash: Paper.planHash(plan), round: Paper.roundOf(plan) }
      const objection = paper.state(web.node, draft({
        message_type: "coordination_response", session_id: id, agent_id: web.name,
        response: because, stance: "object", round, plan_hash
      }))
      if (round < 3) plan = paper.propose(id, api, `after ${because}`, objection)
    }
    for (const text of ["one", "two", "three", `four ${"long ".repeat(200)}`]) paper.say(api, id, text)
    const found = item()

    assert.strictEqual(found.alert, "API definition and implementation dependency")
    assert.deepStrictEqual(found.about.map(({ agent, task }) => [task, agent]), [
      ["backend#60", "api"], ["web#10", "web"]
    ])
    assert.deepStrictEqual(found.objections.map(({ agent, reason, round }) => [round, agent, reason]), [
      [3, "web", "still\nno time"], [2, "web", "the report needs it"], [1, "web", "not before May"]
    ])
    assert.deepStrictEqual(found.messages.map(({ text }) => text.slice(0, 5)), ["two", "three", "four "])
    assert.isBelow(found.messages.at(-1)!.text.length, 600)
    for (const words of [list(found), one(found)]) {
      assert.match(words, /backend#60: .+ \(api\)/)
      assert.include(words, "API definition and implementation dependency")
      assert.match(words, /web to plan [0-9a-f]{12} of round 3: still no time\n/)
      assert.match(words, /api: four long .+…\n/)
    }
    assert.match(one(found), /web to plan [0-9a-f]{12} of round 1: not before May\n/)
    assert.notInclude(list(found), "not before May")
  })

  it("H22: names the members who saw nothing of a session in its time, and nobody who saw anything", () => {
    const { api, id, item, paper, web } = scene()
    const noted = (items: ReadonlyArray<string>) =>
      paper.state(web.node, draft({
        message_type: "delivery_noted", session_id: id, agent_id: web.name, stage: "shown", items
      }))
    paper.escalate(api.node, id, "who?")
    assert.isUndefined(item(20).unseen_by)
    assert.deepStrictEqual(item(31).unseen_by, ["api", "web"])
    assert.match(list(item(31)), /unseen: +by web, in all its time\n/)
    noted(["escalated"])
    assert.deepStrictEqual(item(31).unseen_by, ["api"])
  })

  it("names a letter that is there, and quotes a question once, whatever blanks it holds", () => {
    const { api, id, item, paper } = scene()
    const asked = `Escalation requested by agent api: who is first,\nreally? ${"why ".repeat(60)}`
    paper.escalate(api.node, id, asked)
    const found = item()
    const letter = found.options[0]?.option ?? ""

    for (const words of [list(found), one(found)]) assert.lengthOf(words.match(/who is first/g) ?? [], 1)
    assert.include(one(found), `decide:  chorus decide 1 ${letter}, or chorus decide 1 "…"`)
    assert.include(one(found), `\n  ${letter}) `)
    const ending = new RegExp(`\nto decide: chorus decide 1 ${letter}, or .+\n\\(numbers and letters are .+$`)
    assert.match(list(found), ending)
  })

  it("of a decided case says what holds meanwhile, not that all stands still", () => {
    const { api, id, item, paper } = scene()
    paper.escalate(api.node, id, "who?")
    assert.include(one(item()), "\n  waiting: 2 claims stand still\n")
    assert.include(one(item()), "\n  default: none; it waits until a person decides\n")
    paper.rule(paper.founder, api.node, {
      kind: "decide_session", session_id: id, decision: "web waits", replaces: []
    })
    const found = item(0, 2)

    assert.deepInclude(found, { reason: "quorum_missing", blocked: [], holds: "web waits" })
    assert.include(list(found), "holds:   \"web waits\", as the members heard\n")
    assert.include(one(found), "holds:   \"web waits\", as the members heard\n")
    assert.notMatch(one(found), /stand still|default:/)
  })
})
