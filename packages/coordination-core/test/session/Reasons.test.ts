/**
 * Why a session waits for a person, in words and in kinds, the most telling first (I5).
 */
import { assert, describe, it } from "@effect/vitest"
import * as Status from "@chorus/coordination-core/session/Status"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import { look, scene, statusOf } from "./scene.ts"

const waits = (paper: Paper.Paper, id: string, quorum?: number) => {
  const { session, world } = look(paper, id)
  return Status.waitsBecause(session, world, quorum)
}

const decide = (session: string, decision: string, verdict?: "confirmed" | "dismissed") => ({
  kind: "decide_session" as const,
  session_id: session,
  decision,
  replaces: [],
  ...(verdict === undefined ? {} : { verdict })
})

describe("Reasons", () => {
  it("I5: a ban, an objection in the last round, too many words, a deadline or a wish, in this order", () => {
    const { agents: [a, b], paper, session } = scene()
    const c = Paper.node("carrier")
    const first = paper.propose(session, a!)
    const second = paper.propose(session, a!, "second", paper.vote(b!, first, "object"))
    const third = paper.propose(session, a!, "third", paper.vote(b!, second, "object"))
    paper.vote(b!, third, "object")
    paper.vote(b!, paper.propose(session, a!, "other third", paper.vote(b!, second, "object")), "object")
    for (let nth = 0; nth < 11; nth++) paper.say(b!, session, `word ${nth}`)
    paper.escalate(b!.node, session, "look at this")
    paper.escalate(b!.node, session, Status.overdueReason)
    const spoken = paper.escalate(b!.node, session, "look at this")
    paper.rule(paper.founder, c, {
      kind: "revoke_member",
      node: a!.node,
      last_places: { [first.log.slice(-16)]: 100 },
      because: "lost"
    })
    const { session: opened, world } = look(paper, session)
    const all = Status.escalations(opened, world)

    assert.deepStrictEqual(all.slice(0, 3), [
      { kind: "member_banned", words: `A member's node was banned or revoked: ${a!.node}` },
      { kind: "last_objection", words: "A member objects to the plan of the last round" },
      { kind: "too_many_messages", words: "Message limit exceeded - human intervention needed" }
    ])
    assert.sameDeepMembers(all.slice(3), [
      { kind: "asked", words: "look at this" },
      { kind: "overdue", words: Status.overdueReason },
      { kind: "asked", words: "look at this" }
    ])
    assert.lengthOf(waits(paper, session), 5)
    assert.strictEqual(spoken.from, b!.node)
  })

  it("a vote stated twice is no contradiction; a dispute is told as one", () => {
    const { agents: [a, b], paper, session } = scene()
    const plan = paper.propose(session, a!)
    const votes = [paper.vote(a!, plan, "agree"), paper.vote(b!, plan, "agree")]
    paper.certify(a!.node, session, votes)
    paper.vote(b!, plan, "agree")

    assert.strictEqual(statusOf(paper, session), "resolved")
    assert.deepStrictEqual(waits(paper, session), [])
    paper.vote(b!, plan, "object")
    assert.deepStrictEqual(waits(paper, session), [
      "The agreement is disputed: there is evidence against a vote in its certificate"
    ])
  })

  it("H24: rulings that stand beside each other, and a ruling whose person is revoked, are told", () => {
    const { agents: [a], paper, session } = scene()
    const ann = Paper.person("ann")
    paper.rule(paper.founder, a!.node, { kind: "add_person", person: ann, name: "Ann" })
    const { ruling } = paper.rule(ann, a!.node, decide(session, "by ann"))
    paper.rule(paper.founder, a!.node, { kind: "revoke_person", person: ann, because: "left" })

    assert.deepStrictEqual(waits(paper, session), ["The ruling is by a person whose key was revoked"])
    paper.rule(paper.founder, a!.node, decide(session, "one"))
    paper.rule(paper.founder, a!.node, decide(session, "two"))
    assert.deepStrictEqual(waits(paper, session), ["3 rulings stand; one has to replace the rest"])
    assert.strictEqual(ruling?.by, ann)
  })

  it("H22: a second voice has the same words and the same verdict, and its person is not revoked", () => {
    const people = ["ann", "bob", "eve"].map(Paper.person)
    const [ann, bob, eve] = people
    const voices = (...rulings: ReadonlyArray<readonly [typeof ann, string, "confirmed"?]>) => {
      const { agents: [a], paper, session } = scene()
      for (const person of people) {
        paper.rule(paper.founder, a!.node, { kind: "add_person", person, name: "somebody" })
      }
      const earlier: Array<never> = []
      for (const [by, decision, verdict] of rulings) {
        const { ruling } = paper.rule(by!, a!.node, {
          ...decide(session, decision, verdict),
          replaces: [...earlier]
        })
        earlier.push(ruling!.id as never)
      }
      paper.rule(paper.founder, a!.node, { kind: "revoke_person", person: eve!, because: "left" })
      const { session: opened, world } = look(paper, session)
      return { seconders: Status.seconders(opened, world), waits: waits(paper, session, 2) }
    }
    const lacking = ["1 of 2 people who are needed ruled so"]

    assert.deepStrictEqual(voices([ann, "a first"], [bob, "a first"]), {
      seconders: [ann!, bob!].sort(),
      waits: []
    })
    const thrice = voices([bob, "a first"], [ann, "a first"], [bob, "a first"])
    assert.deepStrictEqual(thrice, { seconders: [ann!, bob!].sort(), waits: [] })
    assert.deepStrictEqual(voices([ann, "a first"], [ann, "a first"]).waits, lacking)
    assert.deepStrictEqual(voices([ann, "b first"], [bob, "a first"]), { seconders: [bob!], waits: lacking })
    assert.deepStrictEqual(voices([ann, "a first", "confirmed"], [bob, "a first"]).waits, lacking)
    assert.deepStrictEqual(voices([eve, "a first"], [bob, "a first"]).waits, lacking)
    const { paper, session } = scene()
    assert.deepStrictEqual(Status.seconders(look(paper, session).session, look(paper, session).world), [])
  })
})
