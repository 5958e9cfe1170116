/**
 * `chorus demo`: what CHORUS is for, for real, in about twenty seconds.
 *
 * Three processes on libp2p and SQLite, the template planner, no account, no key, no server. What
 * is printed is what the first node saw: its own `watch`.
 */
import { AgentKey, show } from "@chorus/coordination-core/identity/AgentId"
import type { SlurpEvent } from "@chorus/coordination-core/slurp/SlurpEvent"
import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { mkdtemp } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Client } from "../api/Client.ts"
import type { DemoReport } from "../api/Reports.ts"
import type * as Rows from "../api/Rows.ts"
import * as Failure from "../cli/Failure.ts"
import * as Format from "../cli/Format.ts"
import * as Hint from "../cli/Hint.ts"
import * as InboxFormat from "../cli/InboxFormat.ts"
import * as Print from "../cli/Print.ts"
import * as Operator from "../Operator.ts"
import { briefly } from "../view/Brief.ts"
import { bystanders, type Claim, type Scene, scenes } from "./Story.ts"
import * as Trio from "./Trio.ts"

/** So that a person can follow; a script that asks for JSON need not wait. */
const pause = (duration: Duration.Input) =>
  Effect.flatMap(Print.isJson, (json) => json ? Effect.void : Effect.sleep(duration))

const beat = pause("700 millis")

/** The mesh answers within milliseconds; a loaded machine may take longer. */
const patience = "60 seconds"

export const demo = Effect.fnUntraced(function*() {
  const json = yield* Print.isJson
  const started = yield* Clock.currentTimeMillis
  const folder = yield* Effect.promise(() => mkdtemp(join(tmpdir(), "chorus-demo-")))
  const say = (text: string) => json ? Print.say(text) : Print.line(text)

  yield* say("Three nodes start on this machine; the second and third join the first over libp2p.")
  const members = yield* Trio.start(folder)
  const clients = members.map(({ client }) => client)
  yield* Effect.forEach(clients, met, { discard: true })
  for (const { address, name } of members) yield* say(`  node ${name}  ${address}`)
  const [first] = members
  if (first === undefined) return yield* Failure.make("failure", "no node started")
  yield* first.client.watch().pipe(
    Stream.runForEach((notice) => Print.data("demo", notice, (told) => `  ${Format.notice(told)}`)),
    Effect.forkScoped
  )
  yield* beat

  yield* say("\nSix agents claim tasks in six repositories that have nothing to do with each other.")
  yield* Effect.forEach(bystanders, (each) =>
    Effect.andThen(claim(clients, each), pause("150 millis")))
  for (const [index, scene] of scenes.entries()) {
    yield* beat
    yield* say(`\n${index + 1}. ${scene.heading}`)
    yield* play(clients, scene, first.files.operatorKey, say)
  }
  yield* beat
  yield* close({ clients, folder, started, members, say })
})

/** Ends when a node is connected with another and ready to vote. */
const met = (client: Client) =>
  until(client.status(), ({ peers, settled }) => peers.length > 0 && settled, "the nodes did not meet")

const claim = (clients: ReadonlyArray<Client>, { agent, description, place, scopes, task, title }: Claim) =>
  at(clients, place).claim({ agent, task, title, description, scopes })

const at = (clients: ReadonlyArray<Client>, place: number): Client => {
  const client = clients[place]
  if (client === undefined) throw new Error(`the demo has no node ${place}`)
  return client
}

const play = Effect.fnUntraced(function*(
  clients: ReadonlyArray<Client>,
  { claims: [one, other], turn }: Scene,
  operatorKey: string,
  say: (text: string) => Effect.Effect<void>
) {
  yield* claim(clients, one)
  yield* until(at(clients, other.place).tasks({ all: false }), knows(one), "a claim did not arrive")
  yield* beat
  const { sessions } = yield* claim(clients, other)
  const session = sessions.find((row) => concerns(row, one))?.session
  if (session === undefined) {
    return yield* Failure.make("failure", `no dependency of ${one.task} and ${other.task} was noticed`)
  }
  yield* planned(clients, [one, other], session, 1)
  yield* beat
  if (turn._tag === "Agree") yield* say(yield* planText(at(clients, 0), session, "whole"))
  const agrees = (by: Claim, because: string) =>
    at(clients, by.place).answer({ agent: by.agent, session, stance: "agree", reason: because })
  switch (turn._tag) {
    case "Agree":
      yield* agrees(one, "the spec will be ready first")
      yield* beat
      yield* agrees(other, "I start against the agreed spec")
      return yield* became(clients, session, "resolved")
    case "ObjectOnce":
      yield* agrees(one, "fine with me")
      yield* beat
      yield* at(clients, other.place).answer({
        agent: other.agent,
        session,
        stance: "object",
        reason: turn.because
      })
      yield* planned(clients, [one, other], session, 2)
      yield* beat
      yield* say(yield* planText(at(clients, 0), session, "steps"))
      yield* agrees(one, "the old column stays for one release")
      yield* beat
      yield* agrees(other, "that gives us until Friday")
      return yield* became(clients, session, "resolved")
    case "Escalate":
      yield* agrees(one, "fine with me")
      yield* beat
      yield* at(clients, other.place).escalate({ agent: other.agent, session, reason: turn.because })
      yield* became(clients, session, "escalated")
      const waiting = InboxFormat.list(yield* at(clients, 0).inbox(), Hint.plain)
      yield* say(`\n  the inbox of the person who may rule:\n${indented(waiting)}\n`)
      yield* beat
      yield* Operator.decide(operatorKey, at(clients, 0), session, { decision: turn.ruling })
      return yield* became(clients, session, "decided")
  }
})

const knows = ({ task }: Claim) => (rows: ReadonlyArray<Rows.TaskRow>) =>
  rows.some((row) => row.task === task)

const concerns = ({ members }: Rows.SessionRow, { task }: Claim): boolean =>
  members.some(({ tasks }) => tasks.includes(task))

/** Ends when the nodes of both agents have a plan of the round. */
const planned = (
  clients: ReadonlyArray<Client>,
  claims: ReadonlyArray<Claim>,
  session: string,
  round: number
) =>
  Effect.forEach(claims, ({ place }) =>
    until(
      Effect.orElseSucceed(at(clients, place).show({ session }), () => undefined),
      (detail) => detail?.round === round,
      `no plan of round ${round} came for ${session}`
    ), { discard: true })

const became = (clients: ReadonlyArray<Client>, session: string, status: Rows.SessionRow["status"]) =>
  Effect.forEach(clients, (client) =>
    until(
      Effect.orElseSucceed(client.show({ session }), () => undefined),
      (detail) => detail?.status === status,
      `${session} did not become ${status}`
    ), { discard: true })

/** The plan to vote on: whole, or its steps alone for those who have seen one. */
const planText = (client: Client, session: string, part: "whole" | "steps") =>
  Effect.map(client.show({ session }), ({ plans: [plan] }) => {
    const text = plan?.text ?? ""
    const steps = text.split("\n").filter((line) => line.startsWith("- Step")).join("\n")
    const shown = part === "whole" ? text : steps
    return `\n${indented(shown)}\n`
  })

const indented = (text: string): string => text.split("\n").map((line) => `    ${line}`).join("\n")

/** Asks again until the answer is right. */
const until = <A, E>(ask: Effect.Effect<A, E>, right: (answer: A) => boolean, complaint: string) =>
  Effect.repeat(ask, { until: right, schedule: Schedule.spaced("25 millis") }).pipe(
    Effect.timeoutOrElse({
      duration: patience,
      orElse: () => Effect.fail(Failure.make("failure", `${complaint} within ${patience}`))
    })
  )

interface Closing {
  readonly clients: ReadonlyArray<Client>
  readonly members: ReadonlyArray<Trio.Member>
  readonly folder: string
  readonly started: number
  readonly say: (text: string) => Effect.Effect<void>
}

/** The table, the time, where the events are, and what to type next. */
const close = Effect.fnUntraced(function*({ clients, folder, members, say, started }: Closing) {
  const rows = (yield* at(clients, 0).sessions({ all: true })).toReversed()
  const events = yield* until(
    at(clients, 0).events({ limit: 100 }),
    (stored) => rows.every((row) => stored.some((event) => isOutcome(event, row))),
    "not all outcomes were stored"
  )
  const facts = yield* until(
    Effect.forEach(clients, (client) => Effect.map(client.status(), (status) => status.facts)),
    (counts) => new Set(counts).size === 1,
    "the nodes did not come to hold the same facts"
  )
  const alerted = bystanders.filter((claimed) => rows.some((row) => concerns(row, claimed))).length
  const seconds = ((yield* Clock.currentTimeMillis) - started) / 1000
  const summary = {
    seconds: Math.round(seconds * 10) / 10,
    sessions: rows,
    unrelated_alerts: alerted,
    events: events.length,
    facts,
    folder
  } satisfies DemoReport
  const db = members[0]?.files.db ?? folder
  yield* Print.data("demo", summary, () =>
    [
      "",
      Print.table(
        ["SESSION", "RELATIONSHIP", "MEMBERS", "ROUND", "OUTCOME"],
        rows.map((row) => [
          briefly(row.session),
          row.relationship ?? row.kind,
          row.members.map(({ agent }) => nameOf(agent, row)).join(" + "),
          String(row.round ?? 0),
          row.status
        ])
      ),
      "",
      `${summary.seconds} s. The six unrelated tasks raised ${alerted === 0 ? "no" : alerted} alert. ` +
      `The three nodes hold ${facts.join(", ")} facts.`,
      `${summary.events} outcome events are stored in ${db}.`
    ].join("\n"))
  yield* say([
    "",
    "What next:",
    "  ./chorus up              a node of your own; then, beside it: ./chorus claim --help",
    "  ./chorus --help          everything else",
    `  ./chorus up --db ${db}`,
    "                           the first node of this demo again, with all that it knows",
    `  rm -r ${folder}`,
    "                           nothing else needs the folder of this demo"
  ].join("\n"))
})

const isOutcome = (event: SlurpEvent, row: Rows.SessionRow): boolean =>
  event.session_id === row.session && event.outcome_type === row.status

const nameOf = (agent: string, row: Rows.SessionRow): string =>
  show(AgentKey.make(agent), row.members.map((member) => AgentKey.make(member.agent)))
