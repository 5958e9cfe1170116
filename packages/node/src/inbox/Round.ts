/**
 * One look through the inbox: defaults that are due are carried, and people outside are told.
 */
import * as Defaults from "@chorus/coordination-core/inbox/Defaults"
import * as Pings from "@chorus/coordination-core/inbox/Pings"
import type { Moment } from "@chorus/coordination-core/machine/Machine"
import type { Signer } from "@chorus/coordination-core/ports/Signer"
import type { Ticker } from "@chorus/coordination-core/ports/Ticker"
import type { ChorusNode } from "@chorus/runtime/ChorusNode"
import * as Entry from "@chorus/runtime/Entry"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import { Refused } from "../api/Api.ts"
import type * as InboxRows from "../api/InboxRows.ts"
import * as InboxView from "../view/InboxView.ts"
import type { Note } from "./Notes.ts"

/** Where pings go: with what each tells of, and how many wait in all; fails with why it was not taken. */
export type Send = (
  id: number,
  items: ReadonlyArray<InboxRows.InboxItem>,
  waiting: number
) => Effect.Effect<void, string>

export interface Options {
  readonly quiet: Pings.Quiet | undefined
  /** None where nobody outside is told. */
  readonly send: Send | undefined
  /** The minute of the day where this node is. */
  readonly minuteOfDay: (wallMillis: number) => number
}

/** What a round works with. */
export interface Parts {
  readonly node: ChorusNode["Service"]
  readonly signer: Signer["Service"]
  readonly ticker: Ticker["Service"]
  readonly defaults: Note<Defaults.Defaults>
  readonly pings: Note<Pings.Pings>
  readonly items: Effect.Effect<ReadonlyArray<InboxRows.InboxItem>>
  readonly options: Options
}

export const go = Effect.fnUntraced(function*(parts: Parts, at: Moment) {
  const { defaults, node, options, pings } = parts
  const { monotonicMillis: nowMillis, wallMillis } = at
  const look = { state: yield* node.state, self: node.self, nowMillis, wallMillis }
  const waiting = (among?: ReadonlyArray<string>) =>
    InboxView.waiting(look, among).map(({ session }) => session.id)
  const kept = yield* defaults.update((all) => Defaults.kept(all, waiting(all.map(({ session }) => session))))
  yield* Effect.forEach(Defaults.due(kept, wallMillis), (due) => carry(parts, due), { discard: true })
  if (options.send === undefined) return
  const quiet = Pings.isQuiet(options.quiet, options.minuteOfDay(wallMillis))
  const now = yield* pings.update((before) => Pings.look(before, waiting(), wallMillis, quiet))
  const ping = Pings.due(now, wallMillis, quiet)
  if (ping !== undefined) yield* tell(parts, options.send, ping)
})

/** A ruling with its seal checked. */
export const opened = ({ open }: Pick<Signer["Service"], "open">, sealed: string) =>
  Effect.mapError(
    Entry.ruling(open, sealed),
    ({ detail }) => new Refused({ message: `the ruling is not valid: ${detail}`, later: false })
  )

const carry = Effect.fnUntraced(function*(
  { defaults, node, signer }: Parts,
  { sealed, session }: Defaults.Default
) {
  const ruled = yield* node.ask({ _tag: "Rule", ruling: yield* opened(signer, sealed), sealed })
  if (Result.isFailure(ruled)) {
    yield* Effect.logWarning(`the default of ${session} does not hold: ${ruled.failure.message}`)
    if (ruled.failure.later) return
  }
  yield* defaults.update((all) => all.filter((each) => each.session !== session))
})

const tell = Effect.fnUntraced(function*({ items, pings, ticker }: Parts, send: Send, ping: Pings.Ping) {
  const all = yield* items
  const cases = all.filter(({ session }) => ping.sessions.includes(session))
  const told = yield* Effect.result(send(ping.id, cases, all.length))
  const [chance, { wallMillis }] = [yield* Random.next, yield* ticker.now]
  yield* pings.update((now) =>
    Result.isSuccess(told)
      ? Pings.sent(now, ping.id)
      : Pings.failed(now, ping.id, told.failure, wallMillis, chance))
})
