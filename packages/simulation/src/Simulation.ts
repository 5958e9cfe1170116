/**
 * One seed, from beginning to end: chaos, then everything heals and must converge.
 *
 *     start ──▶ chaos ──▶ heal ──▶ equal within two rounds ──▶ deadlines pass ──▶ checks
 *
 * A plain synchronous function of its options: the same ones give the same trace (I16).
 */
import * as CatchUp from "@chorus/coordination-core/catchup/CatchUp"
import * as NodeDefaults from "@chorus/coordination-core/coordination/NodeSettings"
import * as MeshSettings from "@chorus/coordination-core/mesh/MeshSettings"
import * as MemorySlurpSink from "@chorus/slurp/MemorySlurpSink"
import * as Effect from "effect/Effect"
import * as Agents from "./Agents.ts"
import * as Chances from "./Chance.ts"
import type { Checker } from "./Checker.ts"
import * as Checkers from "./Checkers.ts"
import * as Clusters from "./Cluster.ts"
import * as Faults from "./Faults.ts"
import * as Fibers from "./Fibers.ts"
import * as Hostile from "./Hostile.ts"
import * as Members from "./Member.ts"
import * as Networks from "./Network.ts"
import * as Shapes from "./Shape.ts"
import * as Statistics from "./Statistics.ts"
import * as Storms from "./Storm.ts"
import * as Timelines from "./Timeline.ts"
import * as Traces from "./Trace.ts"

export interface Options {
  readonly seed: number
  /** Members at the start, late ones not counted. Default: 3 to 8, as the seed draws. */
  readonly nodes?: number
  /** How long the chaos lasts. Default one hour. */
  readonly chaosMillis?: number
  /** How slow agents, and faults, are; by the length of the chaos where left out. */
  readonly pace?: number
  readonly stormPace?: number
  /** Only these kinds of fault, whatever the seed would draw. */
  readonly only?: ReadonlyArray<Faults.Kind>
  /** Agents in all; as many as the seed draws where left out. */
  readonly agents?: number
  readonly repositories?: number
  /** The share of messages that is lost, from 0 to 1. */
  readonly loss?: number
  /** In the middle of the chaos the mesh falls into halves for so long. */
  readonly partitionMillis?: number
  /** Reads along, in words. */
  readonly read?: (line: string) => void
}

/** An invariant that broke. */
export interface Violation {
  readonly invariant: string
  readonly message: string
  readonly atMillis: number
}

export interface Outcome {
  readonly seed: number
  readonly violations: ReadonlyArray<Violation>
  readonly faults: Faults.Counts
  /** The hash of all that happened. */
  readonly trace: string
  readonly events: number
  /** Simulated time, in milliseconds. */
  readonly millis: number
  readonly statistics: Statistics.Statistics
}

/** So many violations of one seed are told; the first is the one to look at. */
const violationsMax = 8

/** Messages that hostile members remember for replays. */
const overheardMax = 100

export const run = (options: Options): Outcome => {
  const { seed } = options
  const timeline = Timelines.make()
  const chance = Chances.make(Chances.hashOf(`seed ${seed}`))
  const faults = Faults.none()
  const violations: Array<Violation> = []
  const fail = (invariant: string, message: string): void => {
    if (violations.length >= violationsMax) return
    violations.push({ invariant, message, atMillis: timeline.nowMillis() })
    trace.note("checker", invariant, () => `${invariant} is broken: ${message}`)
  }
  const trace = Traces.make(timeline, options.read)
  const struck = (kind: Faults.Kind): void => { faults[kind] += 1 }
  const cluster = assemble(options, { timeline, chance, trace, struck, fail })
  const statistics = live(options, cluster)
  return {
    seed,
    violations,
    faults,
    trace: trace.hash(),
    events: trace.length(),
    millis: timeline.nowMillis(),
    statistics
  }
}

interface Parts {
  readonly timeline: Timelines.Timeline
  readonly chance: Chances.Chance
  readonly trace: Traces.Trace
  readonly struck: (kind: Faults.Kind) => void
  readonly fail: (invariant: string, message: string) => void
}

interface Assembled extends Clusters.Cluster {
  readonly plan: Storms.Plan
  readonly overheard: ReadonlyArray<Hostile.Overheard>
  readonly checkers: ReadonlyArray<Checker>
}

/** The cluster of a seed; nobody has started yet. */
const assemble = (options: Options, { chance, fail, struck, timeline, trace }: Parts): Assembled => {
  const plan = Storms.plan(options.seed, chance.fork("plan"), options.only)
  const fibers = Fibers.make(timeline, chance.fork("fibers"), (level, message) => {
    trace.note("log", level, () => message)
    if (!message.startsWith("nothing was stored")) fail("I12", `an error is logged: ${message}`)
  })
  const overheard: Array<Hostile.Overheard> = []
  const network = Networks.make({
    timeline,
    chance: chance.fork("network"),
    struck,
    heard: (node, topic, message, verdict) => {
      trace.note(node, `${topic} ${verdict} ${message.length}`)
      if (overheard.length < overheardMax) overheard.push({ topic, message })
      else if (message.length % 7 === 0) overheard[message.length % overheardMax] = { topic, message }
    }
  })
  const delivered = new Map<string, Clusters.Delivered>()
  const checkers: Array<Checker> = []
  const world = {
    timeline, chance, trace, struck, fibers, network,
    sink: (by: string) => ({
      ...MemorySlurpSink.make(new Map()),
      deliver: (event: Clusters.Delivered["event"]) =>
        Effect.sync(() => {
          checkers.forEach((checker) => checker.delivered?.(by, event))
          if (!delivered.has(event.id)) delivered.set(event.id, { by, event })
        })
    })
  }
  const count = (options.nodes ?? 3 + chance.below(6)) + plan.lateJoiners
  const forgetting = chance.fork("forgetting")
  const cleanupMillis = forgetting.pick(cleanups)
  const members = Array.from({ length: count }, (_, at) =>
    Clusters.member(world, at, {
      hostile: at < plan.hostile,
      cleanupMillis: forgetting.happens(0.5) ? cleanupMillis : Infinity
    }))
  const places = options.repositories ?? 3 + chance.below(4)
  const repositories = Array.from({ length: places }, (_, at) => `org/repo-${at}`)
  const agents = members.flatMap((member, at) => {
    const share = Math.ceil(((options.agents ?? 0) - at) / members.length)
    const own = options.agents === undefined ? 1 + Number(chance.happens(0.3)) : Math.max(0, share)
    return Clusters.agentsOf(member, own, repositories, chance)
  })
  const cluster: Assembled = {
    world, members, agents, delivered, plan, overheard, checkers, fail,
    terms: termsOf(chance.fork("terms"), plan),
    pace: options.pace ?? Shapes.paceOf(options.chaosMillis ?? Shapes.hourMillis),
    acknowledged: [],
    calls: []
  }
  const isCalm = plan.kinds.size === 0 && plan.hostile === 0 && (options.loss ?? 0) === 0 &&
    options.partitionMillis === undefined
  checkers.push(...Checkers.all(cluster, isCalm))
  return cluster
}

/** How often those members forget that do: in half the seeds nobody does. */
const cleanups = [60_000, 300_000, Infinity, Infinity] as const

/** Coarser than a real node's, so that an hour costs little; each seed draws its own. */
const termsOf = (chance: Chances.Chance, { moods }: Storms.Plan): Members.Terms => ({
  mesh: {
    ...MeshSettings.defaults(Clusters.founder),
    policy: chance.pick(["allButOne", "allButOne", "unanimous", "majority"]),
    maxSessionDurationMillis: chance.pick([5, 10]) * 60_000,
    escalationThreshold: chance.pick([1, 3, 10])
  },
  settings: {
    ...NodeDefaults.defaults,
    heartbeatMillis: chance.pick([120_000, 300_000]),
    leaseMillis: chance.pick([10_000, 60_000])
  },
  tickMillis: chance.pick([60_000, 120_000]),
  moods
})

/** Lives through the phases, and tells what it came to. */
const live = (options: Options, cluster: Assembled): Statistics.Statistics => {
  const { checkers, overheard, plan, terms, world } = cluster
  const { fibers, timeline } = world
  const chaosMillis = options.chaosMillis ?? Shapes.hourMillis
  const until = (millis: number): void => {
    while (timeline.step(millis)) fibers.drain()
  }
  const start = (member: Members.Member): void =>
    Members.start(world, terms, member, {
      committed: (by, committed) => checkers.forEach((checker) => checker.committed?.(by, committed)),
      called: (call) => void cluster.calls.push(call),
      died: (by, why) => {
        if (!by.disk.lied || !why.includes("doctor --repair")) {
          return cluster.fail("I12", `${by.name} died: ${why}`)
        }
        // A disk that lied may have a hole: the node refuses to start, and waits for a person.
        by.left = true
        world.trace.note(by.name, "refuses", () => `refuses to start: ${why}`)
      }
    })
  const late = cluster.members.slice(cluster.members.length - plan.lateJoiners)
  for (const member of cluster.members) {
    if (!late.includes(member)) start(member)
  }
  for (const member of late) {
    timeline.after(world.chance.between(0.1, 0.9) * chaosMillis, () => {
      world.struck("late join")
      start(member)
    })
  }
  fibers.drain()
  for (const agent of cluster.agents) Agents.live(cluster, agent, chaosMillis)
  for (const member of cluster.members) {
    if (member.hostile) Hostile.live(cluster, member, overheard, chaosMillis)
  }
  Storms.rage({ ...cluster, pace: options.stormPace ?? cluster.pace }, plan, { start }, chaosMillis)
  Storms.foresee(cluster, options, chaosMillis)
  until(chaosMillis)
  checkers.forEach((checker) => checker.weathered?.())
  Storms.heal(cluster, { start })
  fibers.drain()
  const convergedMillis = converge(cluster, until)
  until(timeline.nowMillis() + terms.mesh.maxSessionDurationMillis + restMillis)
  checkers.forEach((checker) => checker.ended?.())
  const statistics = Statistics.of(cluster, convergedMillis)
  for (const member of cluster.members) Members.crash(world, member)
  return statistics
}

/** What is left to do after the last deadline: turns of every member, and a model that is slow. */
const restMillis = 8 * 60_000

/** Looks every few seconds whether all honest members hold the same facts (I6). */
const converge = (cluster: Assembled, until: (millis: number) => void): number | undefined => {
  const { terms, world } = cluster
  const { timeline } = world
  const healed = timeline.nowMillis()
  const roundMillis = Math.max(terms.settings.heartbeatMillis * 1.25, CatchUp.roundMillis) + terms.tickMillis
  // Questions that were under way when everything healed are given up first.
  const patience = CatchUp.questionMillisMax + 2 * roundMillis
  while (timeline.nowMillis() - healed <= patience) {
    until(timeline.nowMillis() + 2000)
    const digests = new Set(Clusters.honest(cluster).flatMap((member) => {
      const state = Members.state(world, member)
      return state === undefined ? [] : [CatchUp.digest(state.catchUp)]
    }))
    if (digests.size <= 1) return timeline.nowMillis() - healed
  }
  cluster.fail("I6", `not equal ${Math.round(patience / 1000)} s after everything healed`)
  return undefined
}
