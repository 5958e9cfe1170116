/**
 * What happened, in words: a notice for each thing worth one.
 */
import { draft } from "@chorus/coordination-core/fact/Draft"
import * as TaskKey from "@chorus/coordination-core/identity/TaskKey"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import { assert, describe, it } from "@effect/vitest"
import { briefly } from "../../src/view/Brief.ts"
import * as Narration from "../../src/view/Narration.ts"
import { after, empty } from "./paper.ts"

/** The notices of all facts on paper, each committed by itself. */
const told = (paper: Paper.Paper) => {
  let state = empty(paper)
  return paper.facts.flatMap((fact) => {
    const before = state
    state = after(before, [fact])
    return Narration.notices({ before, after: state, facts: [fact] })
  })
}

describe("Narration", () => {
  it("a session is told from its claims to the ruling", () => {
    const paper = Paper.make()
    const [api, web] = [paper.agent("a", "api"), paper.agent("b", "web")]
    const [one, two] = [paper.claim(api, "backend#1"), paper.claim(web, "frontend#2")]
    const id = Paper.session(paper.depend(one, two))
    const plan = paper.propose(id, api)
    paper.say(web, id, "wait")
    paper.vote(web, plan, "object")
    paper.escalate(web.node, id, "we cannot agree")
    paper.rule(
      paper.founder,
      api.node,
      { kind: "decide_session", session_id: id, decision: "web waits", replaces: [] }
    )
    paper.end(one, "task_completed")
    paper.end(two)

    const notices = told(paper)

    assert.deepStrictEqual(notices.map(({ text }) => text), [
      "api claims backend#1: backend#1",
      "web claims frontend#2: frontend#2",
      "API_Contract (80 %): API definition and implementation dependency",
      "plan of round 1, made by paper",
      "web: wait",
      "web votes object: web says object",
      "escalated: we cannot agree",
      `session ${briefly(id)} is escalated`,
      "founder decides: web waits",
      `session ${briefly(id)} is decided`,
      "api completes backend#1",
      "web releases frontend#2"
    ])
    assert.deepStrictEqual(new Set(notices.map(({ session }) => session)), new Set([undefined, id]))
    assert.strictEqual(notices[0]?.agent, `api@${api.node}`)
  })

  it("agreement is told once, however many certificates come", () => {
    const paper = Paper.make()
    const [api, web] = [paper.agent("a", "api"), paper.agent("b", "web")]
    const id = Paper.session(
      paper.depend(paper.claim(api, "backend#1"), paper.claim(web, "frontend#2"))
    )
    const plan = paper.propose(id, api)
    const votes = [paper.vote(api, plan, "agree"), paper.vote(web, plan, "agree")]
    paper.certify(api.node, id, votes)
    paper.certify(web.node, id, votes)

    const statuses = told(paper).filter(({ kind }) => kind === "status")

    assert.deepStrictEqual(statuses.map(({ text }) => text), [`session ${briefly(id)} is resolved`])
  })

  it("what is muted, and what no more, is told", () => {
    const paper = Paper.make()
    const { name, node } = paper.agent("a", "api")
    const [task1, task2] = [TaskKey.make("backend", "1"), TaskKey.make("frontend", "2")]
    const about = { task1, task2, agent_id: name }
    const mute = paper.state(node, draft({ message_type: "alert_muted", ...about, because: "two tables" }))
    paper.state(node, draft({ message_type: "mute_lifted", ...about, mute: mute.id }))
    paper.state(node, draft({
      message_type: "alert_muted", ...about, because: "too loud", covers: "rule", rule: "Shared_Scope"
    }))

    assert.deepStrictEqual(told(paper).map(({ text }) => text), [
      "api mutes backend#1 and frontend#2: two tables",
      "api lifts the mute of backend#1 and frontend#2",
      "api mutes the rule Shared_Scope: too loud"
    ])
  })

  it("a ruling about a person says who, and by whom", () => {
    const paper = Paper.make()
    const { node } = paper.agent("a", "api")
    const [ann, ben] = [Paper.person("ann"), Paper.person("ben")]
    paper.rule(paper.founder, node, { kind: "add_person", person: ann, name: "Ann" })
    paper.rule(ann, node, { kind: "add_person", person: ben, name: "Ben" })
    paper.rule(paper.founder, node, { kind: "revoke_person", person: ben, because: "he left" })
    paper.rule(ann, node, { kind: "revoke_member", node, last_places: {}, because: "stolen" })

    assert.deepStrictEqual(told(paper).map(({ text }) => text), [
      "founder lets Ann rule",
      "Ann lets Ben rule",
      "founder revokes Ben: he left",
      `Ann revokes the node ${node.slice(-8)}: stolen`
    ])
  })

  it("a node that contradicts itself is named", () => {
    const paper = Paper.make()
    const liar = paper.agent("liar", "x")
    const claim = paper.claim(liar, "r#1")
    const fork = paper.fork(liar.node, {
      data: { message_type: "task_released", claim: claim.id, agent_id: liar.name },
      embed: []
    })
    paper.state(paper.agent("a", "api").node, {
      data: { message_type: "fork_proven", log: claim.log, seq: claim.seq },
      embed: [claim.id, fork.id]
    })

    assert.include(told(paper).map(({ text }) => text),
      `a node stated two things at one place and is banned: ${claim.log}`)
  })
})
