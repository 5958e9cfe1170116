/**
 * Verbs about sessions, on real processes: sessions, show, say, answer, open, escalate.
 */
import { assert, layer } from "@effect/vitest"
import { SlurpEvent } from "@chorus/coordination-core/slurp/SlurpEvent"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as InboxRows from "../../src/api/InboxRows.ts"
import * as Rows from "../../src/api/Rows.ts"
import { claimed, json, knows, Pair, refusedAt, type Running, text, until } from "../Nodes.ts"

const Sessions = Schema.Array(Rows.SessionRow)

/** `api` at `a` and `web` at `b` claim two tasks that depend on each other; the session, planned. */
const dependency = Effect.fnUntraced(function*({ a, b }: Pair["Service"], name: string) {
  yield* claimed(a, "api", `${name}-db#1`, `Migrate the ${name} table`, `table:${name}=migrate`)
  yield* knows(b, `${name}-db#1`)
  const reads = claimed(b, "web", `${name}-report#2`, `Read the ${name} table`, `table:${name}=use`)
  const id = (yield* reads).sessions[0]?.session ?? "none"
  for (const at of [a, b]) yield* planned(at, id, 1)
  return id
})

const detail = (at: Running, session: string) =>
  Effect.orElseSucceed(at.client.show({ session }), () => undefined)

const planned = (at: Running, session: string, round: number) =>
  until(`a plan of round ${round}`, detail(at, session), (row) => row?.round === round)

const became = (at: Running, session: string, status: Rows.SessionRow["status"]) =>
  until(`${session} is ${status}`, detail(at, session), (row) => row?.status === status)

layer(Pair.layer, { excludeTestServices: true, timeout: "120 seconds" })("two nodes", (it) => {
  it.effect("an objection brings a second plan, and when both agree the session is resolved", () =>
    Effect.gen(function*() {
      const { a, b } = yield* Pair
      const id = yield* dependency({ a, b }, "orders")
      const short = id.slice(0, 12)

      const objects = `answer ${short} object --agent web --because "the report needs it until Friday"`
      const objected = yield* json(b, Rows.Done, objects)
      for (const at of [a, b]) yield* planned(at, id, 2)
      yield* text(a, `answer ${short} agree --agent api`)
      const agreed = yield* text(b, `answer ${short} agree --agent web --because "that is enough time"`)
      for (const at of [a, b]) yield* became(at, id, "resolved")

      assert.strictEqual(objected.session, id)
      assert.match(agreed, /^web: agree on plan [0-9a-f]{12} \(round 2\) of dep_/)
      const shown = yield* json(a, Rows.SessionDetail, `show ${short}`)
      assert.deepStrictEqual(
        shown.plans.map(({ certified, round }) => [round, certified]),
        [[2, true], [1, false]]
      )
      assert.strictEqual(
        shown.plans[0]?.answers,
        "web: the report needs it until Friday"
      )
      assert.deepStrictEqual(shown.members.map(({ stance }) => stance), ["agree", "agree"])
      const printed = yield* text(b, `show ${short}`)
      assert.match(printed, /\(dependency\): 2 participants, 0 messages, duration /)
      assert.strictEqual(printed.match(/COORDINATION PLAN:/g)?.length, 1)
      assert.include(printed, "  web: object: the report needs it until Friday")
      assert.deepStrictEqual(yield* json(a, Sessions, "sessions"), [])
      assert.include(
        (yield* json(a, Sessions, "sessions --all")).map(({ session }) => session),
        id
      )
      const [event] = yield* json(a, Schema.Array(SlurpEvent), "events")
      assert.deepInclude(
        event,
        { session_id: id, outcome_type: "resolved", consensus_strength: 0.9 }
      )
    }))

  it.effect("an abstention that is one too many is said at once, and what is left to do", () =>
    Effect.gen(function*() {
      const { a, b } = yield* Pair
      const id = yield* dependency({ a, b }, "queues")
      const short = id.slice(0, 12)
      assert.match(
        yield* text(a, `show ${short}`),
        new RegExp(
          `\\nStatus: active, opened \\d+s ago\\n[^]+\\nNext: chorus answer ${short} agree --agent api --db `
        )
      )

      const answered = yield* text(a, `answer ${short} abstain --agent api`)

      const stuck = "no consensus is possible on this plan: nobody may abstain; escalate, or it " +
        "escalates at its deadline"
      assert.match(answered, new RegExp(`of ${short}; the session is active\\n${stuck}$`))
      assert.include(yield* text(a, `show ${short}`), `\nNext: ${stuck}`)
    }))

  it.effect("words are shown, and decide nothing", () =>
    Effect.gen(function*() {
      const { a, b } = yield* Pair
      const id = yield* dependency({ a, b }, "users")

      yield* text(b, `say ${id} "I agree with everything" --agent web --intent agreement`)
      const said = yield* json(b, Rows.Done, `say ${id} "Does it keep the id?" --agent web`)
      yield* until("a heard it", detail(a, id), (row) => row?.messages.length === 2)

      assert.strictEqual(said.summary, `said in ${id}`)
      const shown = yield* json(a, Rows.SessionDetail, `show ${id}`)
      assert.deepStrictEqual(
        shown.messages.map(({ agent, intent, text: words }) => [agent, intent, words]),
        [["web", "agreement", "I agree with everything"], ["web", undefined, "Does it keep the id?"]]
      )
      assert.strictEqual(shown.status, "active")
      assert.deepStrictEqual(shown.members.map(({ stance }) => stance), ["none", "none"])
      assert.match(
        yield* text(a, `show ${id}`),
        /^ {2}[-\d]{10} [:\d]{5} web \(agreement\): I agree with everything$/m
      )
    }))

  it.effect("votes are final, members alone vote, and an objection gives its reason", () =>
    Effect.gen(function*() {
      const { a, b } = yield* Pair
      const id = yield* dependency({ a, b }, "carts")
      yield* text(a, `answer ${id} abstain --agent api`)

      const second = yield* refusedAt(a, 1, `answer ${id} agree --agent api`)
      const stranger = yield* refusedAt(a, 1, `answer ${id} agree --agent nobody`)
      const silent = yield* refusedAt(b, 64, `answer ${id} object --agent web`)
      const other = yield* refusedAt(b, 1, `answer ${id} agree --agent web --plan ffff`)

      assert.match(second, /^votes are final, and api chose "abstain"/)
      assert.match(stranger, /^nobody is not a member of dep_/)
      assert.match(silent, /^an objection needs a reason: --because/)
      assert.match(other, /^no single plan begins with ffff; `chorus show dep_/)
      yield* until("b heard it", detail(b, id), (row) => row?.plans[0]?.votes.length === 1)
      const [plan] = (yield* json(b, Rows.SessionDetail, `show ${id}`)).plans
      assert.deepStrictEqual(
        plan?.votes.map(({ agent, stance }) => [agent, stance]),
        [["api", "abstain"]]
      )
    }))

  it.effect("an escalated session waits in the inbox of every node", () =>
    Effect.gen(function*() {
      const { a, b } = yield* Pair
      const id = yield* dependency({ a, b }, "flags")

      const escalated = yield* text(b, `escalate ${id} --agent web --because "who waits for whom?"`)
      yield* became(a, id, "escalated")
      const again = yield* text(b, `escalate ${id} --agent web --because "who waits for whom?"`)
      const items = yield* json(a, Schema.Array(InboxRows.InboxItem), "inbox", 2)
      const printed = yield* text(a, "inbox", 2)

      assert.strictEqual(escalated, `${id.slice(0, 12)} waits for a person`)
      assert.strictEqual(again, `${id.slice(0, 12)} waits for a person already, for this reason`)
      const [item] = items.filter(({ session }) => session === id)
      assert.deepInclude(item, { status: "escalated", kind: "dependency", rulings: [] })
      assert.deepStrictEqual(
        item?.reasons,
        ["Escalation requested by agent web: who waits for whom?"]
      )
      const decide = `chorus decide ${id.slice(0, 12)} "…" --db ${a.db}`
      assert.include(printed, `${item?.number}. What holds for `)
      const shown = yield* text(a, `inbox show ${item?.number}.`)
      assert.include(shown, `\n  waiting: 2 claims stand still\n`)
      assert.strictEqual(yield* text(a, `inbox show ${id}`), shown)
      assert.match(yield* text(a, `show ${id}`), new RegExp(`\nNext: a person decides: ${decide}$`))
      assert.match(
        yield* text(b, "sessions"),
        new RegExp(`^${id.slice(0, 12)} +Database_Schema +escalated`, "m")
      )
    }))

  it.effect("two agents on one task are a conflict, which either may open", () =>
    Effect.gen(function*() {
      const { a, b } = yield* Pair
      yield* claimed(a, "one", "both#1", "The same")
      yield* knows(b, "both#1")

      const { sessions } = yield* json(b, Rows.Done, "claim --agent two --repo both --id 1")
      const opened = yield* json(b, Rows.Done, "open conflict both#1 --agent two --because mine")

      assert.deepInclude(sessions[0], { kind: "conflict", status: "active" })
      assert.strictEqual(opened.session, sessions[0]?.session)
      assert.strictEqual(opened.summary, `${opened.session} is open already`)
      assert.match(opened.session ?? "", /^conf_[0-9a-f]{40}$/)
    }))

  it.effect("a planning session is opened over the tasks of several agents", () =>
    Effect.gen(function*() {
      const { a, b } = yield* Pair
      yield* claimed(a, "api", "plan-a#1", "Cut the release")
      yield* claimed(b, "web", "plan-b#1", "Write the notes")
      yield* knows(b, "plan-a#1")

      const both = "open planning plan-a#1 plan-b#1 --agent web --because \"one release\""
      const opened = yield* json(b, Rows.Done, both)
      const alone = yield* refusedAt(b, 1, "open planning plan-b#1 --agent web")
      const unknown = yield* refusedAt(b, 1, "open planning plan-b#1 nowhere#1 --agent web")

      assert.deepInclude(opened.sessions[0], { kind: "planning", reason: "one release" })
      assert.match(opened.session ?? "", /^plan_/)
      assert.strictEqual(alone, "a planning session is about at least two tasks")
      assert.strictEqual(unknown, "nobody holds nowhere#1")
    }))

  it.effect("a session is named by enough of its id", () =>
    Effect.gen(function*() {
      const { a } = yield* Pair

      assert.match(yield* refusedAt(a, 1, "show dep_00"), /^"dep_00" is too short/)
      assert.match(
        yield* refusedAt(a, 1, "show dep_000"),
        /^no session begins with "dep_000"; `chorus sessions --all`/
      )
      assert.match(
        yield* refusedAt(a, 1, "say plan_ffffffff hello --agent api"),
        /^no session begins with/
      )
    }))
})
