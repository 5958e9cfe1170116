/**
 * A case as a person sees it: reason, question, options, cost, and its short names.
 */
import * as Case from "@chorus/coordination-core/inbox/Case"
import * as Numbering from "@chorus/coordination-core/inbox/Numbering"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Status from "@chorus/coordination-core/session/Status"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { look, scene } from "../session/scene.ts"

const caseOf = (paper: Paper.Paper, session: string, quorum = 1) => {
  const { replica, session: opened } = look(paper, session)
  return Case.of(replica, opened, quorum)
}
const keys = ({ options }: Case.Case) => options.map(({ key }) => key)

describe("Case", () => {
  it("H22: asks one question, and recommends the plan that more agree to than object to", () => {
    const { agents: [a, b], paper, session } = scene()
    const [bad, good] = [paper.propose(session, a!, "bad"), paper.propose(session, b!, "good")]
    paper.vote(a!, good, "agree")
    paper.vote(b!, bad, "object")
    paper.escalate(a!.node, session, "who is first,\nreally?")

    const found = caseOf(paper, session)
    const short = Paper.planHash(good).slice(0, 12)

    assert.strictEqual(found.reason, "asked")
    assert.strictEqual(
      found.question,
      "What holds for repo-a#1 and repo-b#1? A member's node says: \"who is first, really?\""
    )
    assert.deepInclude(found.options[0], {
      key: `plan:${short}`,
      label: `adopt plan ${short} of round 1 (a for)`,
      decision: `plan ${short} of round 1 holds`
    })
    assert.deepStrictEqual(keys(found).slice(1), [
      "first:repo-a#1", "first:repo-b#1", "apart", "nothing", `plan:${Paper.planHash(bad).slice(0, 12)}`
    ])
    assert.lengthOf(found.blocked, 2)
  })

  it("names nobody as against a plan who only agreed to a better one", () => {
    const { agents: [a, b], paper, session } = scene()
    const first = paper.propose(session, a!)
    const objection = paper.vote(b!, first, "object")
    const second = paper.propose(session, b!, "better", objection)
    paper.vote(a!, first, "object", Paper.planHash(second))
    paper.escalate(a!.node, session, "look")

    const label = caseOf(paper, session).options.find(({ key }) =>
      key === `plan:${Paper.planHash(first).slice(0, 12)}`)?.label ?? ""
    assert.include(label, "b against")
    assert.notInclude(label, "a, b")
  })

  it("H34 quotes what was said on one line, without control characters, cut between characters", () => {
    const { agents: [a], paper, session } = scene()
    paper.escalate(a!.node, session, `\u001b[31mred\u0007 ${"🙂".repeat(200)}`)
    const { question } = caseOf(paper, session)
    assert.notMatch(question, /\p{Cc}/u)
    assert.isTrue(question.isWellFormed())
  })

  it("I1: is the same at every node that holds the same facts, in whatever order they came", () => {
    const { agents: [a, b], paper, session } = scene()
    const plans = [paper.propose(session, a!, "one"), paper.propose(session, b!, "two")]
    for (const plan of plans) paper.vote(a!, plan, plan === plans[0] ? "object" : "agree")
    paper.say(b!, session, "hm")
    paper.escalate(a!.node, session, "who?")
    for (const decision of ["a first", "b first"]) {
      const ruling = { kind: "decide_session", session_id: session, decision, replaces: [] } as const
      paper.rule(paper.founder, b!.node, ruling)
    }
    const expected = caseOf(paper, session)
    const orders = fc.shuffledSubarray([...paper.facts], { minLength: paper.facts.length })
    fc.assert(fc.property(orders, (facts) => {
      const replica = Replica.evolveAll(Replica.empty(paper.founder), facts)
      const opened = Replica.sessionById(replica, session)
      assert.deepStrictEqual(opened === undefined ? undefined : Case.of(replica, opened, 1), expected)
    }), { numRuns: 50 })
  })

  it("without a plan, an order or a vote it recommends to go on apart", () => {
    const { agents: [a], claims, paper, session } = scene()
    paper.escalate(a!.node, session, Status.overdueReason)
    paper.end(claims[0]!)
    const found = caseOf(paper, session)

    assert.strictEqual(found.reason, "overdue")
    assert.strictEqual(found.options[0]?.key, "apart")
    assert.deepStrictEqual(found.blocked.map(({ task }) => task), ["repo-b#1"])
  })

  it("of rulings that differ each is an option, in the words of the person", () => {
    const { agents: [a], paper, session } = scene()
    for (const decision of ["a first", "b first"]) {
      const ruling = { kind: "decide_session", session_id: session, decision, replaces: [] } as const
      paper.rule(paper.founder, a!.node, ruling)
    }
    const found = caseOf(paper, session)

    assert.strictEqual(found.reason, "rulings_differ")
    const ruled = found.options.filter(({ key }) => key.startsWith("ruling:"))
    assert.sameMembers(ruled.map(({ decision }) => decision), ["a first", "b first"])
    assert.include(ruled, found.options[0])
  })

  it("H22: a ruling in the words of an option is that option, and one said twice keeps its letter", () => {
    const { agents: [a], paper, session } = scene()
    const ann = Paper.person("ann")
    paper.rule(paper.founder, a!.node, { kind: "add_person", person: ann, name: "Ann" })
    paper.escalate(a!.node, session, "who?")
    const rule = (by: typeof ann, decision: string, replaced: ReadonlyArray<Paper.Paper["facts"][number]>) =>
      paper.rule(by, a!.node, {
        kind: "decide_session",
        session_id: session,
        decision,
        verdict: "dismissed",
        replaces: replaced.map(({ ruling }) => ruling!.id)
      })
    const before = caseOf(paper, session, 3)
    const { decision } = before.options.find(({ key }) => key === "nothing")!

    const first = rule(ann, decision, [])
    const same = caseOf(paper, session, 3)
    assert.deepStrictEqual([same.keys, same.reason, same.blocked], [before.keys, "quorum_missing", []])
    assert.deepInclude(same.options[0], {
      key: "nothing",
      label: "as Ann ruled: nothing to do: the alert was about nothing"
    })
    const own = rule(paper.founder, "two carts", [first])
    const [once] = caseOf(paper, session, 3).options
    rule(paper.founder, "two carts", [own])
    rule(ann, "two carts", [])
    const [twice, ...others] = caseOf(paper, session, 3).options
    assert.strictEqual(once?.label, "as founder ruled: two carts (the alert was about nothing)")
    assert.match(twice?.label ?? "", /^as (founder and Ann|Ann and founder) ruled: two carts \(/)
    assert.strictEqual(twice?.key, once?.key)
    assert.notInclude(others.map(({ label }) => label).join(), "two carts")
  })

  it("what a revoked person ruled is shown as such, and not recommended", () => {
    const { agents: [a], paper, session } = scene()
    const ann = Paper.person("ann")
    paper.rule(paper.founder, a!.node, { kind: "add_person", person: ann, name: "Ann" })
    paper.rule(ann, a!.node, { kind: "decide_session", session_id: session, decision: "mine", replaces: [] })
    paper.rule(paper.founder, a!.node, { kind: "revoke_person", person: ann, because: "stolen" })
    const { options, reason } = caseOf(paper, session)

    assert.strictEqual(reason, "person_revoked")
    assert.strictEqual(options[0]?.key, "apart")
    assert.strictEqual(options.at(-1)?.label, "as Ann, since revoked, ruled: mine")
  })

  it("H22: with a quorum of two a case leaves the inbox when two people ruled alike, and no sooner", () => {
    const { agents: [a], paper, session } = scene()
    const people = ["ann", "bob"].map((name) => {
      paper.rule(paper.founder, a!.node, { kind: "add_person", person: Paper.person(name), name })
      return Paper.person(name)
    })
    const waits = (quorum: number) => {
      const { session: opened, world } = look(paper, session)
      return Status.waitsBecause(opened, world, quorum)
    }
    const rule = (by: typeof people[number], decision: string, replaces: ReadonlyArray<never>) =>
      paper.rule(by, a!.node, { kind: "decide_session", session_id: session, decision, replaces })

    const first = rule(people[0]!, "apart", [])
    const again = rule(people[0]!, "apart", [first.ruling!.id] as never)

    assert.deepStrictEqual([waits(1), waits(2)], [[], ["1 of 2 people who are needed ruled so"]])
    assert.strictEqual(caseOf(paper, session, 2).reason, "quorum_missing")
    const other = rule(people[1]!, "a first", [again.ruling!.id] as never)
    assert.lengthOf(waits(2), 1)
    rule(people[1]!, "apart", [other.ruling!.id] as never)
    assert.deepStrictEqual(waits(2), [])
    paper.rule(paper.founder, a!.node, { kind: "revoke_person", person: people[0]!, because: "left" })
    assert.lengthOf(waits(2), 1)
  })

  it("H22: but for rulings letters are the same at nodes with the same facts, whatever each saw when", () => {
    const { agents: [a, b], paper, session } = scene()
    paper.escalate(a!.node, session, "who?")
    const first = paper.propose(session, a!, "one")
    const objection = paper.vote(b!, first, "object")
    paper.propose(session, b!, "two", objection)
    for (const decision of [`plan ${Paper.planHash(first).slice(0, 12)} of round 1 holds`, "until May"]) {
      const ruling = { kind: "decide_session", session_id: session, decision, replaces: [] } as const
      paper.rule(paper.founder, a!.node, ruling)
    }
    const looks = fc.subarray(paper.facts.map((_, at) => at + 1))
    const orders = fc.shuffledSubarray([...paper.facts], { minLength: paper.facts.length })

    const lettersOf = (facts: typeof paper.facts, moments: ReadonlyArray<number>) => {
      const numbering = [...moments, facts.length].reduce((before, count) => {
        const replica = Replica.evolveAll(Replica.empty(paper.founder), facts.slice(0, count))
        const opened = Replica.sessionById(replica, session)
        if (opened === undefined) return before
        const waits = Status.waitsBecause(opened, Replica.world(replica), 2).length > 0
        return Numbering.after(before, waits ? [{ session, keys: Case.of(replica, opened, 2).keys }] : [])
      }, Numbering.empty)
      const names = Numbering.of(numbering).get(session)!
      const letters = caseOf(paper, session, 2).options
        .map(({ key }) => [key, Numbering.letterOf(names, key)] as const)
      // A ruling can be heard before the plan that it is about.
      assert.isDefined(letters.find(([key]) => key.startsWith("ruling:"))?.[1])
      return letters.filter(([key]) => !key.startsWith("ruling:"))
        .toSorted(([, one = ""], [, other = ""]) => (one < other ? -1 : 1))
    }
    const expected = lettersOf(paper.facts, [])
    assert.deepStrictEqual(
      expected.map(([key, letter]) => [key.replace(/:.+/, ""), letter]),
      [["first", "a"], ["first", "b"], ["apart", "c"], ["nothing", "d"], ["plan", "e"], ["plan", "f"]]
    )
    fc.assert(fc.property(orders, looks, (facts, moments) => {
      assert.deepStrictEqual(lettersOf(facts, moments), expected)
    }), { numRuns: 100 })
  })

  it("numbers and letters stay with what they named, and never name anything else", () => {
    const named = (session: string, ...options: ReadonlyArray<string>) => ({ session, keys: options })
    const before = Numbering.after(Numbering.empty, [named("x", "apart"), named("y", "apart", "nothing")])
    const after = Numbering.after(before, [named("y", "plan", "nothing", "apart"), named("z")])
    const numberOf = (numbering: Numbering.Numbering, id: string) => Numbering.of(numbering).get(id)?.number

    assert.deepStrictEqual(["x", "y", "z"].map((id) => numberOf(before, id)), [1, 2, undefined])
    assert.deepStrictEqual(["x", "y", "z"].map((id) => numberOf(after, id)), [undefined, 2, 3])
    assert.deepStrictEqual(
      ["apart", "nothing", "plan"].map((key) => Numbering.letterOf(Numbering.of(after).get("y")!, key)),
      ["a", "b", "c"]
    )
    assert.strictEqual(Numbering.after(after, [named("y", "apart"), named("z")]), after)
    // A decided case's number stays its own, also where it was the last that waited.
    assert.strictEqual(numberOf(Numbering.after(Numbering.after(after, []), [named("v")]), "v"), 4)
    const many = Array.from({ length: 30 }, (_, at) => String(at))
    const lettered = Numbering.of(Numbering.after(Numbering.empty, [named("m", ...many)])).get("m")!
    const letters = ["0", "25", "26"].map((key) => Numbering.letterOf(lettered, key))
    assert.deepStrictEqual(letters, ["a", "z", undefined])
  })
})
