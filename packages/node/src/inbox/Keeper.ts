/**
 * Keeps what this node knows of its inbox beside the facts: numbers, defaults, pings.
 *
 *     every 2 seconds: carry the defaults that are due ─▶ make a ping ─▶ send what is due
 *
 * All three are notes in the store, written before anything is done by them, so they survive the
 * process. A default that was carried twice is one ruling; a ping that was sent twice
 * bears one number. Nothing here takes a case out of the inbox but a person's ruling.
 */
import * as Defaults from "@chorus/coordination-core/inbox/Defaults"
import * as Numbering from "@chorus/coordination-core/inbox/Numbering"
import * as Pings from "@chorus/coordination-core/inbox/Pings"
import type { Moment } from "@chorus/coordination-core/machine/Machine"
import { FactStore } from "@chorus/coordination-core/ports/FactStore"
import { Signer } from "@chorus/coordination-core/ports/Signer"
import { Ticker } from "@chorus/coordination-core/ports/Ticker"
import * as People from "@chorus/coordination-core/ruling/People"
import { ChorusNode } from "@chorus/runtime/ChorusNode"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { Refused } from "../api/Api.ts"
import type * as InboxRows from "../api/InboxRows.ts"
import * as InboxView from "../view/InboxView.ts"
import * as Notes from "./Notes.ts"
import * as Round from "./Round.ts"

export class Keeper extends Context.Service<Keeper, {
  readonly items: Effect.Effect<ReadonlyArray<InboxRows.InboxItem>>
  /** Carries a sealed ruling after so long, if its case waits still. */
  readonly keep: (sealed: string, afterMillis: number) => Effect.Effect<string, Refused>
  readonly pings: Effect.Effect<Pings.Pings>
}>()("@chorus/node/inbox/Keeper") {}

/** How often the inbox is looked through. */
const everyMillis = 2_000
/** A default waits so long at most. */
const afterMillisMax = 30 * 24 * 3_600_000

export const layer = (options: Round.Options) =>
  Layer.effect(Keeper, Effect.gen(function*() {
    const [node, store, signer, ticker] = [yield* ChorusNode, yield* FactStore, yield* Signer, yield* Ticker]
    const numbering = yield* Notes.make(store, "inbox numbers", Notes.Numbering, Numbering.empty)
    const defaults = yield* Notes.make(store, "inbox defaults", Notes.Defaults, [])
    const pings = yield* Notes.make(store, "inbox pings", Notes.Pings, Pings.empty)
    const look = Effect.map(node.state, (state) => ({ state, self: node.self }))

    const items = Effect.gen(function*() {
      const { monotonicMillis: nowMillis, wallMillis } = yield* ticker.now
      const [looked, kept] = [yield* look, yield* defaults.get]
      let found: ReadonlyArray<InboxRows.InboxItem> = []
      const named = numbering.update((before) => {
        const made = InboxView.rows({ ...looked, nowMillis, wallMillis }, before, kept)
        found = made.items
        return made.numbering
      })
      yield* Effect.catch(named, ({ message }) => Effect.logWarning(`numbers were not kept: ${message}`))
      return found
    })

    const parts = { node, signer, ticker, defaults, pings, items, options }
    yield* Effect.forkScoped(Stream.runForEach(
      Stream.mapAccum(ticker.ticks, () => -Infinity, (last, at: Moment) =>
        at.monotonicMillis - last < everyMillis ? [last, []] : [at.monotonicMillis, [at]]),
      (at) =>
        Effect.catchCause(Round.go(parts, at), (cause) =>
          Effect.logWarning("the inbox could not be kept", cause))
    ))

    return Keeper.of({
      items,
      pings: pings.get,
      keep: (sealed, afterMillis) => kept(parts, sealed, afterMillis)
    })
  }))

/** Keeps a sealed ruling for later, and gives its session. */
const kept = Effect.fnUntraced(function*(
  { defaults, items, node, signer, ticker }: Round.Parts,
  sealed: string,
  afterMillis: number
) {
  const { by, ruling } = yield* Round.opened(signer, sealed)
  const waits = ruling.kind === "decide_session" &&
    (yield* items).some(({ session }) => session === ruling.session_id)
  if (ruling.kind !== "decide_session" || !waits) {
    return yield* refused("a default is for a case that waits in the inbox; `chorus inbox` lists them")
  }
  if (!People.inGoodStanding((yield* node.state).replica.people, by)) {
    return yield* refused(`${by} may not rule; \`chorus people\` lists who may`)
  }
  if (afterMillis > afterMillisMax) return yield* refused("a default waits at most 30 days")
  const { decision, session_id: session } = ruling
  const dueMillis = (yield* ticker.now).wallMillis + afterMillis
  const added = yield* Effect.mapError(
    defaults.tryUpdate((all) => Defaults.add(all, { session, by, decision, sealed, dueMillis })),
    ({ message }) => new Refused({ message, later: true })
  )
  return added ? session : yield* refused(`${Defaults.max} cases have a default; decide one of them first`)
})

const refused = (message: string) => new Refused({ message, later: false })
