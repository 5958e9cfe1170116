/**
 * Verbs about alerts, on real processes: check, why, alerts, mute, unmute, mutes, rules, and
 * tasks --suggest; how both owners or a person dismiss an alert.
 */
import { assert, layer } from "@effect/vitest"
import { SlurpEvent } from "@chorus/coordination-core/slurp/SlurpEvent"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as AlertRows from "../../src/api/AlertRows.ts"
import * as Rows from "../../src/api/Rows.ts"
import {
  chorus,
  claimed,
  folder,
  json,
  knows,
  Pair,
  refused,
  refusedAt,
  type Running,
  text,
  until,
  up
} from "../Nodes.ts"

/** Two nodes with a rule of their own. */
const ruled = Layer.effect(Pair, Effect.gen(function*() {
  const path = yield* folder
  const rules = join(path, "rules.yaml")
  writeFileSync(rules, "- {name: Crane_Rule, keywords: [crane], decisive: true}\n")
  const around = { env: { CHORUS_RULES: rules } }
  const a = yield* up(join(path, "a", "chorus.db"), "", around)
  const b = yield* up(join(path, "b", "chorus.db"), `--bootstrap ${a.addresses[0]}`, around)
  for (const { client } of [a, b]) {
    yield* until("they met", client.status(), ({ peers, settled }) => peers.length === 1 && settled)
  }
  return Pair.of({ a, b })
}))

/** `api` at `a` and `web` at `b` claim two tasks over one table; gives the session, planned on both. */
const dependency = Effect.fnUntraced(function*({ a, b }: Pair["Service"], name: string, nth = 1) {
  yield* claimed(a, "api", `${name}-db#${nth}`, "Migrate it", `table:${name}${nth}=migrate`)
  yield* knows(b, `${name}-db#${nth}`)
  const done = yield* claimed(b, "web", `${name}-report#${nth}`, "Read it", `table:${name}${nth}=use`)
  const id = done.sessions[0]?.session
  if (id !== undefined) yield* planned([a, b], id, 1)
  return id
})

const planned = (nodes: ReadonlyArray<Running>, session: string, round: number) =>
  Effect.forEach(nodes, ({ client }) =>
    until(
      `a plan of round ${round}`,
      Effect.orElseSucceed(client.show({ session }), () => undefined),
      (row) => row?.round === round
    ))

layer(ruled, { excludeTestServices: true, timeout: "120 seconds" })("two nodes", (it) => {
  it.effect("check tells who works at the same things: 0 clear, 2 attention, 3 unknown", () =>
    Effect.gen(function*() {
      const { a, b } = yield* Pair
      yield* text(a, "claim --agent api --repo shop --id 1 --title Split " +
        "--scope table:stock=migrate --path src/db")
      yield* knows(b, "shop#1")

      const met = yield* json(b, AlertRows.CheckReport, "check --scope \"table:public.STOCK=use\"", 2)
      assert.strictEqual(met.verdict, "attention")
      assert.deepInclude(met.encounters[0], {
        task: "shop#1",
        severity: "severe",
        what: "table:public.STOCK (use and migrate)",
        because: "what is used moves underneath",
        first: "them"
      })
      const printed = yield* text(b, "check --repo shop --paths src/*/pool.ts", 2)
      assert.strictEqual(printed, "attention: an open task touches the same things\n" +
        "  warning: shop#1 (api): src/*/pool.ts and src/db: both work at the same files")
      const elsewhere = "check --repo other --paths src/db --scope env:STOCK=add"
      const clear = yield* json(b, AlertRows.CheckReport, elsewhere)
      assert.strictEqual(clear.verdict, "clear")
      yield* text(a, "check --agent api --scope table:stock=change")

      const alone = yield* chorus(`--db "${a.db}.none.db" check --scope env:A=use --json`)
      assert.deepStrictEqual([alone.code, alone.stderr], [3, ""])
      assert.include(alone.stdout, "{\"verdict\":\"unknown\",\"because\":\"no node is running here")
      assert.match(yield* refused(64, "check"), /^what is to be checked\?/)
      assert.match(yield* refusedAt(a, 64, "check --paths src"), /^paths of which repository\?/)
    }))

  it.effect("who only reads what others only read gets no alert, and check and why say so", () =>
    Effect.gen(function*() {
      const { a, b } = yield* Pair
      yield* claimed(a, "api", "sums#1", "Revenue by month", "table:ledger=use")
      yield* knows(b, "sums#1")
      const reads = yield* claimed(b, "web", "desk#1", "Keep the cart", "table:public.ledger=use")
      assert.deepStrictEqual([reads.notes, reads.sessions], [[], []])

      const checked = yield* text(b, "check --agent web --scope table:ledger=use")
      assert.match(checked, /^clear: no .+; both only read table:ledger \(sums#1\): no alert for that$/)
      const said = yield* text(b, "why desk#1 sums#1")
      assert.match(said, /\nMissing .+:\n {2}both only read table:public\.ledger: no alert for that\n/)
      assert.notInclude(said, "they share no scope")
    }))

  it.effect("an update that takes a scope back says which alerts stand no more", () =>
    Effect.gen(function*() {
      const { a, b } = yield* Pair
      yield* claimed(a, "api", "paint#1", "Mix a new blue", "event:paint=migrate")
      yield* knows(b, "paint#1")
      const { sessions: [found] } = yield* claimed(b, "web", "wall#1", "Hang frames", "event:paint=use")
      yield* claimed(b, "kid", "wall#2", "Dust the shelf", "event:paint=remove")
      yield* claimed(b, "kid", "wall#3", "Sweep the floor")
      const opened = yield* json(b, Rows.Done, "open conflict wall#1 wall#3 --agent web")
      const update = (words: string) => `update wall#1 --agent web ${words}`
      const session = found?.session ?? ""
      const current = yield* text(b, update("--title \"Hang all frames\""))
      assert.match(current, /^updated wall#1: title\n\n/)
      for (const other of ["Shared_Scope with api: ", "conflict with kid: "]) assert.include(current, other)

      const taken = yield* json(b, Rows.Done, update("--scope env:FRAMES=add"))
      const again = yield* text(b, update("--title \"Hang no frames\""))

      const sessionsOf = (done: Rows.Done) => done.sessions.map((row) => row.session)
      assert.sameMembers([...taken.outdated ?? [], opened.session], sessionsOf(taken))
      assert.lengthOf(taken.sessions, 3)
      // What an agent opened by itself rests on no scope.
      assert.match(again, /^updated wall#1: title\n.+\n.+\n\nconflict with kid: opened by an agent\n.+$/)
      assert.include(again, `${session.slice(0, 12)} rests on what paint#1 and wall#1 no longer say`)
      assert.include(again, `chorus answer ${session.slice(0, 12)} object --dismiss`)
      const renewed = yield* json(b, Rows.Done, update("--scope event:paint=use"))
      assert.notProperty(renewed, "outdated")
      assert.sameMembers(sessionsOf(renewed), sessionsOf(taken))
    }))

  it.effect("what two tasks of one agent no longer share is no note any more", () =>
    Effect.gen(function*() {
      const { a } = yield* Pair
      yield* claimed(a, "api", "lamp#1", "Dim it", "flag:glow=change")
      const { notes } = yield* claimed(a, "api", "bulb#1", "Count them", "flag:glow=use")
      const updated = yield* json(a, Rows.Done, "update bulb#1 --agent api --scope flag:other=use")

      assert.match(notes.join(), /^both tasks are yours: .+flag:glow/)
      assert.deepStrictEqual(updated.notes, [])
    }))

  it.effect("tasks of one repository over the same files are a conflict, with a plan for both", () =>
    Effect.gen(function*() {
      const { a, b } = yield* Pair
      yield* text(a, "claim --agent api --repo core --id 1 --title Split --path src/api")
      yield* knows(b, "core#1")
      const { sessions: [session] } =
        yield* json(b, Rows.Done, "claim --agent web --repo core --id 2 --title Rename --path src/**/user.ts")

      assert.deepInclude(session, { kind: "conflict", status: "active" })
      assert.match(session?.reason ?? "", /^core#2 and core#1 both touch .+: both work at the same files; /)
      const id = session?.session ?? ""
      yield* planned([a, b], id, 1)
      const { plans } = yield* json(b, Rows.SessionDetail, `show ${id}`)
      assert.include(plans[0]?.text, "core#1")
      assert.include(plans[0]?.text, "core#2")
      assert.notInclude(plans[0]?.text, "release your claim")
      assert.match((yield* text(b, "why core#1 core#2")), /\nSession: chorus show conf_/)
    }))

  it.effect("both owners dismiss an alert by their votes, a person by a ruling; rules learn from it", () =>
    Effect.gen(function*() {
      const { a, b } = yield* Pair
      const id = (yield* dependency({ a, b }, "pay")) ?? ""
      assert.match(yield* refusedAt(a, 64, `answer ${id} agree --agent api --dismiss`), /goes with object/)
      yield* text(b, `answer ${id} object --agent web --dismiss --because "another table of that name"`)
      yield* planned([a, b], id, 2)
      yield* text(a, `answer ${id} agree --agent api`)
      yield* text(b, `answer ${id} agree --agent web`)
      const second = (yield* dependency({ a, b }, "pay", 2)) ?? ""
      yield* text(a, `decide ${second} --dismiss "nothing in common"`)

      const learnt = Schema.Array(AlertRows.RuleRow)
      for (const at of [a, b]) {
        const rows = yield* until("it was learnt", json(at, learnt, "rules"), (all) =>
          all.some(({ dismissed, rule }) => rule === "Database_Schema" && dismissed === 2))
        assert.deepInclude(rows.find(({ rule }) => rule === "Database_Schema"), {
          origin: "built-in", fired: 2, confirmed: 0, dismissed: 2, precision: 0.25, status: "trusted"
        })
        assert.deepInclude(rows.find(({ rule }) => rule === "pay-db pay-report"), {
          origin: "repositories", dismissed: 2
        })
      }
      const rules = yield* text(a, "rules")
      assert.match(rules, /^Crane_Rule \(decisive\) +0 +0 +0 +- +untried$/m)
      assert.match(rules, /^RULE +FIRED .+ ESTIMATE +STATUS\n[^]+\nestimate: .+ 50 % at first/)
      const events = yield* json(a, Schema.Array(SlurpEvent), "events")
      assert.deepStrictEqual(
        events.map(({ metadata, outcome_type }) => [outcome_type, metadata.verdict]),
        [["resolved", "dismissed"], ["decided", "dismissed"]]
      )
    }))

  it.effect("a mute travels, silences what it covers, and is lifted where it was stated", () =>
    Effect.gen(function*() {
      const { a, b } = yield* Pair
      const id = (yield* dependency({ a, b }, "log")) ?? ""
      const because = "--because \"they share nothing\""
      const muted = yield* text(a, `mute ${id} --agent api --covers repositories ${because}`)
      assert.strictEqual(
        muted,
        "muted all between log-db and log-report; sessions that are open go on\n" +
          `to end this one, which counts against its rule: chorus decide ${id} --dismiss "…" --db ${a.db}`
      )
      const rows = Schema.Array(AlertRows.MuteRow)
      const [mute] = yield* until("it travelled", json(b, rows, "mutes"), ({ length }) => length === 1)
      assert.deepInclude(mute, { covers: "repositories", own: false, because: "they share nothing" })

      assert.isUndefined(yield* dependency({ a, b }, "log", 2))
      const kept = yield* json(b, AlertRows.HeldBack, "alerts")
      assert.deepInclude(kept.alerts[0], {
        task1: "log-report#2", task2: "log-db#2", held_back_because: "muted by api: they share nothing"
      })
      const why = yield* json(b, AlertRows.WhyReport, "why log-db#2 log-report#2")
      assert.deepStrictEqual(why.missing, ["muted by api: they share nothing"])
      assert.isAbove(why.score ?? 0, why.threshold)
      assert.strictEqual(why.evidence[0]?.kind, "scope")

      const short = mute?.mute.slice(0, 12) ?? ""
      assert.match(yield* refusedAt(b, 1, `unmute ${short} --agent web`), /that node alone can lift it$/)
      assert.match(yield* refusedAt(b, 1, `mute ${id} --agent nobody --because x`), /^nobody is not a member/)
      yield* text(a, `unmute ${short} --agent api`)
      yield* until("it was lifted", text(b, "mutes"), (printed) => printed === "nothing is muted")
      assert.isDefined(yield* dependency({ a, b }, "log", 3))
    }))

  it.effect("why says what is missing, and a decisive rule of one's own needs nothing else", () =>
    Effect.gen(function*() {
      const { a, b } = yield* Pair
      yield* claimed(a, "api", "yard#1", "Paint the crane yellow")
      yield* knows(b, "yard#1")
      yield* claimed(a, "api", "garden#1", "Water all the flowers")
      yield* knows(b, "garden#1")
      const { sessions: [session] } = yield* claimed(b, "web", "port#2", "Book one crane per ship")
      assert.strictEqual(session?.relationship, "Crane_Rule")

      const printed = yield* text(b, "why port#2 garden#1")
      assert.match(printed, /^port#2 and garden#1 were not compared\nMissing .+:\n {2}they share no scope/)
      assert.match(yield* text(b, "why port#2 nowhere#1"), /nobody holds nowhere#1/)
    }))

  it.effect("tasks --suggest puts first what waits for nobody and collides with nothing", () =>
    Effect.gen(function*() {
      const { a, b } = yield* Pair
      yield* claimed(a, "api", "till#1", "Sum the receipts", "table:receipts=use")
      yield* claimed(a, "api", "till#2", "Sweep up", "env:SWEEP=add")
      for (const task of ["till#1", "till#2"]) yield* text(a, `release ${task} --agent api`)
      yield* claimed(a, "api", "books#1", "Move the receipts", "table:receipts=migrate")
      yield* knows(b, "books#1")

      const rows = yield* until(
        "the releases travelled",
        json(b, Schema.Array(AlertRows.SuggestionRow), "tasks --suggest web"),
        ({ length }) => length === 2
      )
      assert.deepStrictEqual(rows.map(({ ready, task, waits_for }) => [task, ready, waits_for]), [
        ["till#2", true, []],
        ["till#1", false, ["books#1"]]
      ])
      assert.deepInclude(rows[1]?.collisions[0], { task: "books#1", severity: "severe" })
    }))
})
