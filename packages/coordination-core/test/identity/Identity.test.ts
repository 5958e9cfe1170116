/**
 * Ids: what they accept, and how they are put together and taken apart again.
 */
import { assert, describe, it } from "@effect/vitest"
import { AgentKey, AgentName, fromKey, key, show } from "@chorus/coordination-core/identity/AgentId"
import { author, FactId, log, LogId, LogNonce, nonce } from "@chorus/coordination-core/identity/FactId"
import * as Hash from "@chorus/coordination-core/identity/Hash"
import { NodeId, PersonId, short } from "@chorus/coordination-core/identity/NodeId"
import * as TaskKey from "@chorus/coordination-core/identity/TaskKey"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"

const real = "12D3KooWGRUacsXpXJ1cVFvfSiCPVf4Q4v4Vb7vW8QKvH3cDvXkS"
const accepts = <S extends Schema.ConstraintDecoder<unknown, never>>(schema: S, value: unknown): boolean =>
  Result.isSuccess(Schema.decodeUnknownResult(schema)(value))

describe("Identity", () => {
  it("a node is a base58 peer id; shown, its last eight characters", () => {
    assert.isTrue(accepts(NodeId, real))
    assert.isTrue(accepts(PersonId, real))
    const wrongs = ["", "node", real.slice(0, 45), `${real}${real}`, real.replace("K", "0"), `${real} `]
    for (const wrong of wrongs) {
      assert.isFalse(accepts(NodeId, wrong), wrong)
    }
    assert.strictEqual(short(NodeId.make(real)), "H3cDvXkS")
  })

  it("an agent is a name on a node: key and back", () => {
    const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)
    fc.assert(fc.property(name, fc.string(), (text, node) => {
      const agent = { node: Paper.node(node), name: AgentName.make(text) }
      assert.deepStrictEqual(fromKey(key(agent)), agent)
      assert.isTrue(accepts(AgentKey, key(agent)))
    }))
    for (
      const wrong of ["", "-a", "a b", "a@b", "ä", "a".repeat(65)]
    ) assert.isFalse(accepts(AgentName, wrong), wrong)
  })

  it("an agent is shown by its name, with a bit of its node where another has the same", () => {
    const [one, two, three] = [["a", "api"], ["b", "api"], ["b", "web"]].map(([node, name]) =>
      key({ node: Paper.node(node!), name: AgentName.make(name!) })
    )

    assert.strictEqual(show(one!, [one!, three!]), "api")
    assert.strictEqual(show(one!, [two!, three!]), `api@${Paper.node("a").slice(-8)}`)
  })

  it("a log is an author and a random number, and tells both", () => {
    const made = log(NodeId.make(real), LogNonce.make("00ff00ff00ff00ff"))

    assert.strictEqual<string>(made, `${real}/00ff00ff00ff00ff`)
    assert.deepStrictEqual<unknown>([author(made), nonce(made)], [real, "00ff00ff00ff00ff"])
    for (const wrong of [real, `${real}/`, `${real}/00FF00FF00FF00FF`, `${real}/0${"0".repeat(16)}`]) {
      assert.isFalse(accepts(LogId, wrong), wrong)
    }
    assert.isTrue(accepts(FactId, Hash.ofText("")))
    assert.isFalse(accepts(FactId, Hash.ofText("").toUpperCase()))
  })

  it("a hash is SHA-256 over UTF-8", () => {
    assert.strictEqual(
      Hash.ofText("abc"),
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
    assert.deepStrictEqual(["", "x", "é", "名", "😀"].map(Hash.byteLength), [0, 1, 2, 3, 4])
  })

  it("a task is repository#id: a number and its digits are one task", () => {
    assert.strictEqual(TaskKey.make("backend-api", 42), TaskKey.make("backend-api", "42"))
    const made = TaskKey.make("org/name", "PROJ-7")
    assert.deepStrictEqual([TaskKey.repository(made), TaskKey.id(made)], ["org/name", "PROJ-7"])
    const wrongs = ["", "repo", "#1", "repo#", "a b#1", "a#b#c", "a#1\n", "a\u202eb#1"]
    for (const wrong of [...wrongs, `${"r".repeat(141)}#1`]) {
      assert.isFalse(accepts(TaskKey.TaskKey, wrong), wrong)
    }
  })

  it("repositories and task ids are limited in bytes, so that five sealed claims fit into an opening", () => {
    assert.isTrue(accepts(TaskKey.Repository, "r".repeat(140)))
    assert.isTrue(accepts(TaskKey.Repository, "名".repeat(46)))
    assert.isFalse(accepts(TaskKey.Repository, "名".repeat(47)))
    assert.isTrue(accepts(TaskKey.TaskId, "x".repeat(100)))
    assert.isFalse(accepts(TaskKey.TaskId, "\ud800".repeat(17)))
    for (const wrong of ["", "x".repeat(101), "a b", "a#b", 1.5, 2 ** 53, null]) {
      assert.isFalse(accepts(TaskKey.TaskId, wrong), String(wrong))
    }
    assert.isTrue(accepts(TaskKey.TaskId, -7))
  })
})
