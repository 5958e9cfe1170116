/**
 * A node that dies again and again, and what must be true after each death.
 *
 *     life: start ─▶ look at what the last death left ─▶ aim ─▶ work ─▶ death ─▶ life …
 *
 * So the start that proves one death is also the one that leads to the next.
 */
import { PersonId } from "@chorus/coordination-core/identity/NodeId"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { fileURLToPath } from "node:url"
import * as Files from "../../src/cli/Files.ts"
import { type Around, type Running, started, up } from "../Nodes.ts"
import type { Aim } from "./Failpoint.ts"
import * as Findings from "./Findings.ts"
import * as Kept from "./Kept.ts"
import * as Workload from "./Workload.ts"

export interface Victim {
  readonly files: Files.Files
  /** A node of the same mesh that does not die; without one the victim founds its own. */
  readonly peer: Running | undefined
  readonly sink: "local" | "file"
  readonly draw: () => number
  /** The marks of all facts that were acknowledged in any life. */
  readonly acknowledged: Array<string>
  /** The last death, until it was looked at. */
  death: (Outcome & { readonly kept: Kept.Kept }) | undefined
}

/** What came of one kill. */
export interface Outcome {
  readonly aim: Aim
  readonly findings: ReadonlyArray<string>
}

export const make = (
  db: string,
  peer: Running | undefined,
  sink: Victim["sink"],
  draw: () => number
): Victim => ({ files: Files.of(db), peer, sink, draw, acknowledged: [], death: undefined })

/** How a life ends: the aim, and when it takes effect. */
export type End = { readonly armed: "before the start" | "at work"; readonly aim: Aim }

const preload = fileURLToPath(new URL("./Preload.ts", import.meta.url))

/** A victim that does not die within this time did not come to its failpoint. */
const patience = "5 minutes"

/** Lives until the death that was chosen; gives what came of the death before, when it looked. */
export const live = (victim: Victim, { aim, armed }: End) =>
  (armed === "at work" ? liveAndWork(victim, aim) : startAndDie(victim, aim)).pipe(
    Effect.timeoutOrElse({
      duration: patience,
      orElse: () => Effect.fail(new Error(`the node did not come to it within ${patience}`))
    })
  )

/** Starts once more, looks, and stops in order. */
export const liveOn = (victim: Victim) =>
  Effect.scoped(Effect.gen(function*() {
    const node = yield* up(victim.files.db, flags(victim), around(victim))
    return yield* examine(victim, node)
  }))

const liveAndWork = (victim: Victim, aim: Aim) =>
  Effect.scoped(Effect.gen(function*() {
    const node = yield* up(victim.files.db, flags(victim), around(victim))
    const before = yield* examine(victim, node)
    node.child.send(aim)
    yield* dead(victim, aim, yield* workToDeath(victim, node))
    return before
  }))

/** The process may die before it is up, or soon after; the death before stays to be looked at. */
const startAndDie = (victim: Victim, aim: Aim) =>
  Effect.scoped(Effect.gen(function*() {
    const line = `up --json --db "${victim.files.db}" ${flags(victim)}`
    const { ended } = yield* started(line, around(victim, { FAILPOINT: JSON.stringify(aim) }))
    const { code, stderr } = yield* ended
    yield* dead(victim, aim, Findings.died(code, stderr))
    return undefined
  }))

const dead = (victim: Victim, aim: Aim, findings: ReadonlyArray<string>) =>
  Effect.map(Kept.ofDead(victim.files), (kept) => {
    victim.death = { aim, findings, kept }
  })

const workToDeath = Effect.fnUntraced(function*(victim: Victim, node: Running) {
  const { acknowledged, draw, peer } = victim
  const work = Workload.work({ node, peer, draw, acknowledged: (mark) => acknowledged.push(mark) })
  // The calls under way fail with the node; what it refused while alive is a finding of its own.
  const failure = Effect.flip(work).pipe(
    Effect.flatMap((error) => Effect.as(Effect.sleep("1 second"), [`it refused work: ${error.message}`]))
  )
  const death = Effect.map(node.ended, ({ code, stderr }) => Findings.died(code, stderr))
  return yield* Effect.raceFirst(failure, death)
})

const flags = ({ peer }: Victim): string => peer === undefined ? "" : `--bootstrap ${peer.addresses[0]}`

const around = ({ sink }: Victim, env: Record<string, string> = {}): Around => ({
  preload,
  env: { ...env, SINK: sink }
})

/** What the last death left, at a node that was started after it. */
const examine = Effect.fnUntraced(function*(victim: Victim, node: Running) {
  const { acknowledged, death, files, peer } = victim
  if (death === undefined) return undefined
  const kept = yield* Effect.repeat(Kept.of(files), {
    until: ({ delivered, events }) => delivered.length === events.length,
    schedule: Schedule.spaced("20 millis")
  })
  const others = peer === undefined ? undefined : yield* reached(peer, kept, node.node)
  const lines = victim.sink === "file" ? Kept.lines(`${files.db}.jsonl`) : undefined
  const { events: stored } = yield* Kept.of(files)
  victim.death = undefined
  const findings = Findings.of({
    node: node.node,
    acknowledged,
    dead: death.kept,
    kept,
    others,
    mustHold: Kept.eventsOf(PersonId.make(node.founder), kept.facts),
    lines,
    stored
  })
  return { aim: death.aim, findings: [...death.findings, ...findings] } satisfies Outcome
})

/** What the peer keeps once it has all that the victim stated; after a bound, whatever it has. */
const reached = (peer: Running, kept: Kept.Kept, node: string) => {
  const own = kept.facts.filter(({ from }) => from === node)
  return Effect.repeat(Kept.of(peer.files), {
    until: ({ payloads }) => own.every(({ id }) => payloads.has(id)),
    schedule: Schedule.max([Schedule.spaced("50 millis"), Schedule.recurs(looksMax)])
  })
}

/** Longer than the 15 seconds between two rounds of catch-up. */
const looksMax = 600
