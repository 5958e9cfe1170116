/**
 * Which logs their authors need no more, and what stays for ever (docs/rules.md, 4: retention).
 */
import { assert, describe, it } from "@effect/vitest"
import { draft } from "@chorus/coordination-core/fact/Draft"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import { log, LogNonce } from "@chorus/coordination-core/identity/FactId"
import * as Retention from "@chorus/coordination-core/memory/Retention"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as HashMap from "effect/HashMap"
import { replicaOf, scene } from "../session/scene.ts"

const node = Paper.node("a")
const nonces = ["a", "b", "c"].map((digit) => LogNonce.make(digit.repeat(16)))
const [first, second, third] = nonces as [LogNonce, LogNonce, LogNonce]
const paper = Paper.make()
const template = paper.claim(paper.agent("a", "m"), "r#1")

/** A fact at a place that names the logs which its author still needs. */
const said = (nonce: LogNonce, seq: number, ...needed: ReadonlyArray<LogNonce>): Fact => ({
  ...template,
  log: log(node, nonce),
  seq,
  live_from: Object.fromEntries([nonce, ...needed].map((each) => [each, 1]))
})
const dead = (...facts: ReadonlyArray<Fact>) => {
  const voices = Retention.heard(HashMap.empty(), facts)
  return nonces.filter((nonce) => Retention.isDead(voices, log(node, nonce)))
}

describe("Retention", () => {
  it("a log is dead when its author's newest fact names it no more", () => {
    assert.deepStrictEqual(dead(said(first, 1), said(first, 2)), [second, third])
    assert.deepStrictEqual(dead(said(first, 1), said(second, 1)), [first, third])
    assert.deepStrictEqual(dead(said(first, 1), said(second, 1, first)), [third])
    assert.deepStrictEqual(dead(said(first, 1), said(second, 1, first), said(second, 2)), [first, third])
  })

  it("an author that names no log at all needs all of its logs", () => {
    const overfull: Fact = { ...said(second, 1), live_from: {} }

    assert.deepStrictEqual(dead(said(first, 1), overfull), [])
  })

  it("an older fact that comes late unsays nothing", () => {
    const [old, young] = [said(first, 7), said(second, 3, first)]
    assert.deepStrictEqual(dead(young, old), dead(old, young))
    assert.deepStrictEqual(dead(said(second, 2), said(second, 1, first)), [first, third])
  })

  it("of an author that nobody heard no log is dead", () => {
    assert.isFalse(Retention.isDead(HashMap.empty(), log(node, first)))
  })

  it("H22 I10: what is about something in memory is needed, be it a claim, its end or its session", () => {
    const { agents: [a], claims, paper: written, session } = scene()
    const facts = [claims[0]!, written.end(claims[0]!), written.say(a!, session, "wait")]
    const replica = replicaOf(written)
    const empty = replicaOf(Paper.make())

    for (const fact of facts) assert.isTrue(Retention.isNeeded(replica, fact), fact.data.message_type)
    for (const fact of facts) assert.isFalse(Retention.isNeeded(empty, fact), fact.data.message_type)
  })

  it("rulings about people and proofs of forks last, a decision about a session does not", () => {
    const { agents: [a], claims, paper: written, session } = scene()
    const rule = (ruling: Parameters<Paper.Paper["rule"]>[2]) =>
      written.rule(written.founder, a!.node, ruling)
    const twin = written.fork(claims[1]!.from, draft({
      message_type: "task_released",
      claim: claims[1]!.id,
      agent_id: "x" as never
    }))
    const proof = written.state(a!.node, draft(
      { message_type: "fork_proven", log: twin.log, seq: twin.seq },
      [twin.id, claims[1]!.id].sort()
    ))
    const added = rule({ kind: "add_person", person: Paper.person("ann"), name: "Ann" })
    const decided = rule({ kind: "decide_session", session_id: session, decision: "so", replaces: [] })

    for (const fact of [proof, added]) assert.isTrue(Retention.isLasting(fact))
    for (const fact of [decided, claims[0]!]) assert.isFalse(Retention.isLasting(fact))
  })
})
