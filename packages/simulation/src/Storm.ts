/**
 * The bad things of a seed: which kinds strike at all, how hard, and when.
 *
 * Each seed leaves most kinds out, so that the few it has can go far; one seed in ten is calm, and
 * shows what holds without any fault. At the end of the chaos everything heals but what hostile
 * members said. (FoundationDB and TigerBeetle draw their faults so.)
 */
import type { NodeId } from "@chorus/coordination-core/identity/NodeId"
import { type Chance, hashOf } from "./Chance.ts"
import { type Cluster, honest } from "./Cluster.ts"
import * as Disks from "./Disk.ts"
import type * as Faults from "./Faults.ts"
import * as Hostile from "./Hostile.ts"
import * as Members from "./Member.ts"
import type * as Models from "./Models.ts"
import type { Block } from "./Network.ts"
import * as People from "./People.ts"

/** What a seed has in store. */
export interface Plan {
  readonly kinds: ReadonlySet<Faults.Kind>
  readonly moods: Models.Moods
  readonly hostile: number
  readonly lateJoiners: number
}

/** The kinds that a seed picks from, and how likely it picks each. */
const likely: ReadonlyArray<readonly [Faults.Kind, number]> = [
  ["loss", 0.5], ["duplication", 0.4], ["long delay", 0.3], ["clogged path", 0.25],
  ["symmetric partition", 0.3], ["asymmetric partition", 0.2], ["bridge partition", 0.2],
  ["crash", 0.4], ["lost suffix", 0.15], ["old disk", 0.15], ["disk full", 0.15],
  ["failed commit", 0.2], ["slow disk", 0.2],
  ["clock skew", 0.25], ["clock drift", 0.25], ["clock jump", 0.2],
  ["late join", 0.3], ["leave", 0.15], ["absent person", 0.4],
  ["slow model", 0.25], ["failing model", 0.2], ["junk plan", 0.2], ["oversize plan", 0.15],
  ["unknown type", 0.25]
]

/** Of so many seeds one is calm, and of so many one has hostile members. */
const [calmEvery, hostileEvery] = [10, 4]

const isCalm = (seed: number): boolean => seed % calmEvery === 0

/** What the seed has in store; `only` leaves all other kinds out. */
export const plan = (seed: number, chance: Chance, only?: ReadonlyArray<Faults.Kind>): Plan => {
  const kinds = new Set(only ?? (isCalm(seed) ? [] : likely.flatMap(([kind, how]) =>
    chance.happens(how) ? [kind] : []
  )))
  const mood = (kind: Faults.Kind) => kinds.has(kind) ? chance.between(0.2, 0.8) : 0
  const isHostile = only === undefined && !isCalm(seed) && seed % hostileEvery === 1
  return {
    kinds,
    moods: {
      slow: mood("slow model"),
      failing: mood("failing model"),
      junk: mood("junk plan"),
      oversize: mood("oversize plan")
    },
    hostile: isHostile ? 1 + chance.below(2) : 0,
    lateJoiners: kinds.has("late join") ? 1 + chance.below(2) : 0
  }
}

/** What a storm can do to the members beside the network. */
export interface Hands {
  readonly start: (member: Members.Member) => void
}

type Strike = (cluster: Cluster, chance: Chance, hands: Hands) => void

/** A kind with its strike, and how often it comes on average. */
type Recurring = readonly [kind: Faults.Kind, everyMillis: number, strike: Strike]

const minute = 60_000

/** Lets the storm rage until `untilMillis`. */
export const rage = (
  cluster: Cluster,
  { kinds }: Plan,
  hands: Hands,
  untilMillis: number
): void => {
  const { chance, timeline } = cluster.world
  for (const [kind, everyMillis, strike] of recurring) {
    if (!kinds.has(kind)) continue
    const own = chance.fork(`storm ${hashOf(kind)}`)
    const again = () => {
      if (timeline.nowMillis() > untilMillis) return
      timeline.after(own.exponential(everyMillis * cluster.pace), again)
      strike(cluster, own, hands)
    }
    timeline.after(own.exponential(everyMillis * cluster.pace / 2), again)
  }
  const { weather } = cluster.world.network
  if (kinds.has("loss")) weather.loss = chance.between(0.02, 0.3)
  if (kinds.has("duplication")) weather.duplication = chance.between(0.02, 0.3)
  if (kinds.has("long delay")) {
    weather.delayed = chance.between(0.02, 0.3)
    weather.delayMillis = chance.between(2000, 60_000)
  }
  if (kinds.has("absent person")) cluster.world.struck("absent person")
  else People.live(cluster, untilMillis)
  for (const { clock, disk } of cluster.members) {
    if (kinds.has("failed commit")) disk.failing = chance.between(0.01, 0.1)
    if (kinds.has("slow disk") && chance.happens(0.5)) disk.slowMillis = chance.between(5, 400)
    if (kinds.has("clock skew") && chance.happens(0.5)) {
      clock.jump(chance.between(-24, 24) * 60 * minute)
      cluster.world.struck("clock skew")
    }
    if (kinds.has("clock drift") && chance.happens(0.5)) {
      clock.run(chance.between(0.99, 1.01))
      cluster.world.struck("clock drift")
    }
  }
}

/** What is asked for by name: a share of loss, and one partition into halves. */
export const foresee = (
  cluster: Cluster,
  { loss, partitionMillis }: { readonly loss?: number; readonly partitionMillis?: number },
  chaosMillis: number
): void => {
  const { network, timeline } = cluster.world
  if (loss !== undefined) network.weather.loss = loss
  if (partitionMillis === undefined) return
  const left = new Set(cluster.members.filter((_, at) => at % 2 === 0).map(({ id }) => id))
  const block: Block = (from, to) => left.has(from) !== left.has(to)
  timeline.after(chaosMillis / 2, () => {
    note(cluster, "symmetric partition", "world", `halves for ${partitionMillis / 1000} s`)
    network.block(block)
    timeline.after(partitionMillis, () => network.unblock(block))
  })
}

/** Everything that can be mended is mended. */
export const heal = (cluster: Cluster, hands: Hands): void => {
  cluster.world.network.heal()
  for (const member of cluster.members) {
    member.clock.run(1)
    Object.assign(member.disk, { full: false, failing: 0, slowMillis: 0 })
    if (member.process === undefined && !member.left && member.starts > 0) hands.start(member)
  }
  cluster.world.trace.note("world", "heal", () => "everything heals")
}

const note = (cluster: Cluster, kind: Faults.Kind, who: string, words: string): void => {
  cluster.world.struck(kind)
  cluster.world.trace.note(who, kind, () => words)
}

const cut = (kind: Faults.Kind, blockOf: (halves: Halves) => Block): Strike => (cluster, chance) => {
  const ids = cluster.members.map(({ id }) => id)
  const left = new Set(chance.sample(ids, 1 + chance.below(ids.length - 1)))
  const block = blockOf({ left, bridge: chance.pick(ids) })
  const forMillis = chance.between(0.3, 8) * minute
  note(cluster, kind, "world", `${kind}: ${left.size} and ${ids.length - left.size} for ` +
    `${Math.round(forMillis / 1000)} s`)
  cluster.world.network.block(block)
  cluster.world.timeline.after(forMillis, () => cluster.world.network.unblock(block))
}

interface Halves { readonly left: ReadonlySet<NodeId>; readonly bridge: NodeId }

const someone = (cluster: Cluster, chance: Chance): Members.Member | undefined => {
  const running = honest(cluster)
  return running.length < 2 ? undefined : chance.pick(running)
}

/** Ends a process; what happens to its disk meanwhile is told, and it starts again after a while. */
const crash = (kind: Faults.Kind, meanwhile: (disk: Disks.Disk, chance: Chance) => boolean): Strike =>
(cluster, chance, hands) => {
  const member = someone(cluster, chance)
  if (member === undefined) return
  Members.crash(cluster.world, member)
  cluster.world.struck("crash")
  if (kind !== "crash" && meanwhile(member.disk, chance)) note(cluster, kind, member.name, `${kind}`)
  cluster.world.timeline.after(chance.exponential(3 * minute) + 1000, () => {
    if (member.process === undefined && !member.left) hands.start(member)
  })
}

const withSomeone = (
  kind: Faults.Kind,
  words: string,
  act: (member: Members.Member, chance: Chance, cluster: Cluster) => boolean | void
): Strike =>
(cluster, chance) => {
  const member = someone(cluster, chance)
  if (member !== undefined && act(member, chance, cluster) !== false) note(cluster, kind, member.name, words)
}

const recurring: ReadonlyArray<Recurring> = [
  ["symmetric partition", 12 * minute, cut("symmetric partition", ({ left }) => (from, to) =>
    left.has(from) !== left.has(to))],
  ["asymmetric partition", 12 * minute, cut("asymmetric partition", ({ left }) => (from, to) =>
    left.has(from) && !left.has(to))],
  ["bridge partition", 12 * minute, cut("bridge partition", ({ bridge, left }) => (from, to) =>
    from !== bridge && to !== bridge && left.has(from) !== left.has(to))],
  ["clogged path", 4 * minute, (cluster, chance) => {
    const [from, to] = chance.sample(cluster.members, 2)
    if (from !== undefined && to !== undefined) {
      cluster.world.network.clog(from.id, to.id, chance.between(0.2, 3) * minute)
    }
  }],
  ["crash", 9 * minute, crash("crash", () => true)],
  ["lost suffix", 15 * minute, crash("lost suffix", (disk, chance) =>
    Disks.loseSuffix(disk, 1 + chance.below(8)))],
  ["old disk", 8 * minute, (cluster, chance, hands) => {
    const member = someone(cluster, chance)
    if (member === undefined) return
    if (member.disk.copy === undefined) return Disks.backUp(member.disk)
    crash("old disk", Disks.putBack)({ ...cluster, members: [member, member] }, chance, hands)
  }],
  ["disk full", 15 * minute, withSomeone("disk full", "the disk is full", ({ disk }, chance, { world }) => {
    disk.full = true
    world.timeline.after(chance.between(0.5, 6) * minute, () => { disk.full = false })
  })],
  ["clock jump", 10 * minute, withSomeone("clock jump", "the wall clock jumps", (member, chance) =>
    member.clock.jump(chance.between(-2, 2) * 60 * minute))],
  ["leave", 40 * minute, withSomeone("leave", "leaves for good", (member, _chance, cluster) => {
    if (honest(cluster).length <= 3) return false
    member.left = true
    Members.crash(cluster.world, member)
    return true
  })],
  ["unknown type", 8 * minute, (cluster, chance) => {
    const member = someone(cluster, chance)
    if (member !== undefined) Hostile.speakNewer(cluster, member, chance)
  }]
]
