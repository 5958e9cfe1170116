/**
 * Paper says what is wrong with what is written on it.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Paper from "@chorus/coordination-core/testing/Paper"

describe("Paper", () => {
  const paper = Paper.make()
  const api = paper.agent("one", "api")
  const claim = paper.claim(api, "backend#1")

  it("says how an agent is named, and a task", () => {
    assert.throws(() => paper.agent("one", "a@b"), /Expected an agent name: 1 to 64/)
    assert.throws(() => paper.claim(api, "backend"), /Expected a task: repository#id/)
  })

  it("a plan and a certificate are of a session, which an opening over one claim opens none", () => {
    const none = Paper.session(paper.depend(claim, claim))

    assert.strictEqual(none, "")
    assert.throws(() => paper.propose(none, api), /opens none/)
    assert.throws(() => paper.certify(api.node, none, []), /opens none/)
  })
})
