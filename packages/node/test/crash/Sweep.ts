/**
 * A sweep over the failpoints: so many kills, spread over all labels and their counts.
 *
 * A household is a peer and some victims that join its mesh; victims that found one live alone.
 * Households are let go after a round, so that nothing grows with the number of kills.
 */
import * as Effect from "effect/Effect"
import { join } from "node:path"
import { folder, up } from "../Nodes.ts"
import { type Aim, type Label, labels, stepOf } from "./Failpoint.ts"
import * as Victim from "./Victim.ts"

/** So many aims, round by round over the labels, each round with other counts. */
export const aims = (kills: number, among: ReadonlyArray<Label> = labels): ReadonlyArray<Aim> =>
  Array.from({ length: kills }, (_, at) => {
    const label = among[at % among.length]!
    return { label, count: 1 + Math.floor(at / among.length) % stepOf(label).times }
  })

/** A household has at most this many kills behind it. */
const roundMax = labels.length

let drawn = 0
const draw = () => drawn++

/** Carries out the kills in households, so many at once, and tells of each that was looked at. */
export const sweep = (
  kills: ReadonlyArray<Aim>,
  households: number,
  tell: (outcome: Victim.Outcome) => Effect.Effect<void>
) =>
  Effect.forEach(
    Array.from({ length: Math.ceil(kills.length / roundMax) }, (_, at) => at),
    (at) => Effect.scoped(round(kills.slice(at * roundMax, (at + 1) * roundMax), at, tell)),
    { concurrency: households, discard: true }
  )

const round = Effect.fnUntraced(function*(
  kills: ReadonlyArray<Aim>,
  number: number,
  tell: (outcome: Victim.Outcome) => Effect.Effect<void>
) {
  const path = yield* folder
  const of = (...phases: ReadonlyArray<string>) =>
    kills.filter(({ label }) => phases.includes(stepOf(label).phase))
  for (const [at, aim] of of("founding").entries()) {
    const victim = Victim.make(join(path, `founder-${at}`, "chorus.db"), undefined, "local", draw)
    yield* suffer(victim, [aim], tell)
  }
  const [joining, later] = [of("joining"), of("restarting", "working")]
  if (joining.length + later.length === 0) return
  const peer = yield* up(join(path, "peer", "chorus.db"))
  const victims = Math.max(1, joining.length)
  const each = Math.ceil(later.length / victims)
  for (let at = 0; at < victims; at++) {
    const sink = (at + number) % 2 === 0 ? "file" : "local"
    const victim = Victim.make(join(path, `victim-${at}`, "chorus.db"), peer, sink, draw)
    const own = [...joining.slice(at, at + 1), ...later.slice(at * each, (at + 1) * each)]
    yield* suffer(victim, own, tell)
  }
})

/** One victim's deaths, each looked at in a life after it. */
const suffer = Effect.fnUntraced(function*(
  victim: Victim.Victim,
  kills: ReadonlyArray<Aim>,
  tell: (outcome: Victim.Outcome) => Effect.Effect<void>
) {
  for (const aim of kills) {
    const { phase } = stepOf(aim.label)
    // A restart asks and answers more when something was kept and not sent.
    if (phase === "restarting") yield* endured(victim, { armed: "at work", aim: unsent }, tell)
    const armed = phase === "working" ? "at work" : "before the start"
    yield* endured(victim, { armed, aim }, tell)
  }
  yield* told(victim, Victim.liveOn(victim), kills.at(-1) ?? unsent, tell)
})

/** Dies with a claim that was kept and not sent, also where the first thing sent is a heartbeat. */
const unsent: Aim = { label: "before pubsub.publish-coordination", count: 2 }

const endured = (
  victim: Victim.Victim,
  end: Victim.End,
  tell: (outcome: Victim.Outcome) => Effect.Effect<void>
) => told(victim, Victim.live(victim, end), end.aim, tell)

/** Tells what came of the death before this life; a life that goes wrong is told as well. */
const told = <E extends { readonly message: string }>(
  victim: Victim.Victim,
  life: Effect.Effect<Victim.Outcome | undefined, E>,
  aim: Aim,
  tell: (outcome: Victim.Outcome) => Effect.Effect<void>
) =>
  Effect.matchEffect(life, {
    onFailure: ({ message }) => {
      const { death } = victim
      victim.death = undefined
      return tell({ aim: death?.aim ?? aim, findings: [...death?.findings ?? [], message] })
    },
    onSuccess: (outcome) => outcome === undefined ? Effect.void : tell(outcome)
  })
