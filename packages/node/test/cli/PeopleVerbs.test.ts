/**
 * Verbs for people, on real processes: a person is added, rules, and is revoked.
 */
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import { assert, layer } from "@effect/vitest"
import { SlurpEvent } from "@chorus/coordination-core/slurp/SlurpEvent"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { statSync } from "node:fs"
import * as InboxRows from "../../src/api/InboxRows.ts"
import * as Rows from "../../src/api/Rows.ts"
import * as Operator from "../../src/Operator.ts"
import { claimed, json, Pair, refusedAt, text, until } from "../Nodes.ts"

const People = Schema.Array(Rows.PersonRow)
const Inbox = Schema.Array(InboxRows.InboxItem)
const Key = Schema.Struct({ person: Schema.String, file: Schema.String })

layer(Pair.layer, { excludeTestServices: true, timeout: "120 seconds" })("two nodes", (it) => {
  /** The one case that the tests of this file are about. */
  const escalated = Effect.gen(function*() {
    const { a } = yield* Pair
    yield* claimed(a, "one", "r#1")
    const [row] = (yield* claimed(a, "two", "r#1")).sessions
    const session = row?.session ?? "none"
    yield* a.client.escalate({ agent: AgentName.make("one"), session, reason: "who has it?" })
    return session
  })

  it.effect("the founder may rule; somebody without a key, or with a strange one, may not", () =>
    Effect.gen(function*() {
      const { a, b } = yield* Pair
      const session = yield* escalated
      yield* until("b knows", b.client.inbox(), (items) => items.length === 1)

      const people = yield* json(b, People, "people")
      const keyless = yield* refusedAt(b, 1, `decide ${session} mine`)
      const key = yield* json(b, Key, "people key")
      const strange = yield* refusedAt(b, 1, `decide ${session} mine`)
      const both = yield* refusedAt(b, 64, `decide ${session} a --dismiss`)

      assert.match(both, /^--dismiss says that the alert was about nothing, .+: leave one of them out$/)
      assert.deepStrictEqual(people, [{ person: a.founder, name: "founder", standing: "founder" }])
      assert.match(keyless, /^you have no key for rulings .+ `chorus people key`/)
      assert.strictEqual(key.file, b.files.operatorKey)
      assert.strictEqual(statSync(key.file).mode & 0o777, 0o600)
      assert.match(strange, new RegExp(`^${key.person} is not a person of this mesh`))
      assert.lengthOf(yield* a.client.inbox(), 1)
    }))

  it.effect("who is added may rule, and who is revoked leaves a case for the others", () =>
    Effect.gen(function*() {
      const { a, b } = yield* Pair
      const [{ session } = { session: "" }] = yield* b.client.inbox()
      const person = yield* Operator.ownId(b.files.operatorKey)

      assert.strictEqual(yield* text(a, `people add ${person} --name Ann`), "Ann may rule")
      yield* until("b knows her", b.client.people(), (rows) => rows.length === 2)
      const ruled = yield* json(b, Rows.Done, `decide ${session} "one has it"`)
      yield* until("a knows", a.client.inbox(), (items) => items.length === 0)

      assert.strictEqual(ruled.summary, `decided ${session}: one has it`)
      const shown = yield* json(a, Rows.SessionDetail, `show ${session}`)
      assert.strictEqual(shown.status, "decided")
      assert.deepStrictEqual(shown.rulings.map(({ by, counts, decision }) => [by, counts, decision]), [
        [person, true, "one has it"]
      ])
      assert.strictEqual(yield* text(a, "inbox"), "nothing waits for a person")

      const revoked = yield* text(a, `people revoke ${person} --because "left the team"`)
      assert.match(revoked, /^Ann is revoked/)
      const [again] = yield* json(a, Inbox, "inbox", 2)
      assert.deepInclude(again, { session, status: "decided" })
      assert.match(again?.reasons[0] ?? "", /key was revoked/)

      const two = `decide ${session.slice(0, 13)} "two has it"`
      const replacing = yield* text(a, two)
      const twice = yield* text(a, two)
      const short = session.slice(0, 13)
      assert.strictEqual(replacing, `decided ${short}: two has it\nreplaces the ruling of Ann: one has it`)
      assert.strictEqual(twice, `${short} is decided so already, by you`)
      assert.deepStrictEqual(yield* a.client.inbox(), [])
      const rulings = (yield* json(a, Rows.SessionDetail, `show ${session}`)).rulings
      assert.match(
        yield* text(a, `show ${session}`),
        /\nRulings:\n {2}[-\d: ]{16} Ann: one has it \(replaced\)\n {2}[-\d: ]{16} founder: two has it\n/
      )
      assert.match(yield* text(a, "events"), new RegExp(
        "^TIME +OUTCOME +STRENGTH +SESSION +TASKS\n" +
          `- +escalated \\(superseded\\) +0\\.3 +${short} .+\n` +
          `[-\\d]{10} [:\\d]{5} +decided \\(superseded\\) +0\\.5 +${short} .+\n` +
          `[-\\d]{10} [:\\d]{5} +decided +0\\.5 +${short} .+$`
      ))
      assert.deepStrictEqual(
        rulings.filter(({ counts }) => counts).map(({ by }) => by),
        [a.founder]
      )
      const outcomes = (yield* json(a, Schema.Array(SlurpEvent), "events")).map(
        (event) => event.outcome_type
      )
      assert.deepStrictEqual(outcomes, ["escalated", "decided", "decided"])
    }))

  it.effect("what would do nothing, or too much, is refused", () =>
    Effect.gen(function*() {
      const { a, b } = yield* Pair
      const person = yield* Operator.ownId(b.files.operatorKey)
      const add = (id: string, name: string) => refusedAt(a, 1, `people add ${id} --name ${name}`)
      const revoke = (id: string) => refusedAt(a, 1, `people revoke ${id} --because "why not"`)

      assert.strictEqual(
        yield* add(person, "Ann"),
        "Ann was revoked, which is final; add a new key"
      )
      assert.strictEqual(yield* add(a.founder, "Me"), "founder may rule already")
      assert.strictEqual(yield* revoke(person), "Ann is revoked already")
      assert.strictEqual(
        yield* revoke(a.node),
        `${a.node} is no person of this mesh; see \`chorus people\``
      )
      assert.strictEqual(
        yield* revoke(a.founder),
        "the founder stays: without it nobody in the mesh may rule"
      )
      const printed = yield* text(a, "people")
      assert.match(printed, new RegExp(`^${a.founder} +founder +founder$`, "m"))
      assert.match(printed, new RegExp(`^${person} +Ann +revoked$`, "m"))
    }))
})
