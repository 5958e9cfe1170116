/**
 * What hostile members do beside running a node: contradict themselves, replay, forge, withhold,
 * flood. And what newer versions say that this one does not know.
 *
 * They write logs of their own under their own key, which is all they have.
 */
import { table, type Topic } from "@chorus/coordination-core/fact/FactTable"
import type { Draft } from "@chorus/coordination-core/fact/Draft"
import { draft } from "@chorus/coordination-core/fact/Draft"
import * as Writer from "@chorus/coordination-core/fact/Writer"
import { fromKey } from "@chorus/coordination-core/identity/AgentId"
import { LogNonce } from "@chorus/coordination-core/identity/FactId"
import type { NodeId } from "@chorus/coordination-core/identity/NodeId"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import type { Opened } from "@chorus/coordination-core/session/Status"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as HashMap from "effect/HashMap"
import * as Result from "effect/Result"
import type { Chance } from "./Chance.ts"
import type { Agent, Cluster } from "./Cluster.ts"
import * as Members from "./Member.ts"
import * as Seals from "./Seals.ts"

/** A hostile member does something so often, on average. */
const mischiefMillis = 5 * 60_000

const floodSize = 40
/** Sessions in which a hostile member rules and ends claims at once. */
const pretendedMax = 5

const withholdingMillis = 4 * 60_000

const discussion: Topic = "hmmm/meta-discussion/v1"

/** A message that passed by, for replays. */
export interface Overheard {
  readonly topic: Topic
  readonly message: Uint8Array
}

interface Mischief {
  readonly cluster: Cluster
  readonly member: Members.Member
  readonly chance: Chance
  readonly overheard: ReadonlyArray<Overheard>
}

/** Lets a hostile member do its worst until `untilMillis`. */
export const live = (
  cluster: Cluster,
  member: Members.Member,
  overheard: ReadonlyArray<Overheard>,
  untilMillis: number
): void => {
  const { timeline } = cluster.world
  const chance = member.chance.fork("mischief")
  // A member that contradicts itself is banned from then on, so some never do.
  const tricks = chance.happens(0.5) ? [...quiet, equivocate] : quiet
  const act = () => {
    if (timeline.nowMillis() > untilMillis) return
    timeline.after(chance.exponential(mischiefMillis * cluster.pace), act)
    if (member.process?.node !== undefined) chance.pick(tricks)({ cluster, member, chance, overheard })
  }
  timeline.after(chance.exponential(mischiefMillis * cluster.pace), act)
}

/** Two facts at one place, each for half of the others. */
const equivocate = ({ chance, cluster, member }: Mischief): void => {
  const victim = chance.pick(cluster.agents)
  const session = sessionOf(cluster, member, chance)
  const own = session?.opening.roster.map(fromKey).find(({ node }) => node === member.id)
  const plan = session === undefined ? undefined : HashMap.toValues(session.plans)[0]
  const stances = ["agree", "object"] as const
  const drafts = stances.map((stance) =>
    session !== undefined && own !== undefined && plan !== undefined
      ? draft({
        message_type: "coordination_response",
        session_id: session.id,
        agent_id: own.name,
        response: `I ${stance}`,
        stance,
        round: plan.round,
        plan_hash: plan.hash
      })
      : message(victim, `dep_${stance}`, stance)
  )
  const log = newLog(member, chance)
  const [first, second] = drafts.flatMap((each) => written(log, each)?.sealed ?? [])
  if (first === undefined || second === undefined) return
  strike({ chance, cluster, member }, "equivocation", "tells two stories")
  const others = cluster.members.map(({ id }) => id).filter((id) => id !== member.id)
  const half = others.filter((_, at) => at % 2 === 0)
  say(cluster, member.id, first, half)
  say(cluster, member.id, second, others.filter((id) => !half.includes(id)))
}

const replay = ({ chance, cluster, member, overheard }: Mischief): void => {
  if (overheard.length === 0) return
  strike({ chance, cluster, member }, "replay", "replays what it overheard")
  for (const { message, topic } of chance.sample(overheard, 10)) {
    cluster.world.network.publish(member.id, topic, message)
  }
}

/** In another's name: with a guessed tag, under its own seal, and as an agent of the other's name. */
const forge = ({ chance, cluster, member }: Mischief): void => {
  const victim = chance.pick(cluster.agents)
  const session = sessionOf(cluster, member, chance)
  if (victim.member === member || session === undefined) return
  const plan = HashMap.toValues(session.plans)[0]
  if (plan === undefined) return
  const vote: Draft = draft({
    message_type: "coordination_response",
    session_id: session.id,
    agent_id: victim.name,
    response: "forged",
    stance: "agree",
    round: plan.round,
    plan_hash: plan.hash
  })
  strike({ chance, cluster, member }, "forgery", `votes in the name of ${victim.name}`)
  const asVictim = written(newLog(victim.member, chance), vote)
  const asItself = written(newLog(member, chance), vote)
  if (asVictim === undefined || asItself === undefined) return
  say(cluster, member.id, Seals.forged(victim.member.id, "fact", asVictim.payload))
  say(cluster, member.id, Seals.seal(member.id, "fact", asVictim.payload))
  say(cluster, member.id, asItself.sealed)
  const state = Members.state(cluster.world, member)
  const known = state === undefined ? [] : Replica.openedSessions(state.replica)
  for (const each of known.slice(-pretendedMax).flatMap((about) => pretended(member, victim, about))) {
    const stated = written(newLog(member, chance), each)
    if (stated !== undefined) {
      cluster.world.network.publish(member.id, table[each.data.message_type].topic, stated.sealed)
    }
  }
}

/** A ruling by nobody whom the mesh knows as a person, and the end of another's claim. */
const pretended = (
  member: Members.Member,
  { name }: Agent,
  { id, opening }: Opened
): ReadonlyArray<Draft> => {
  const payload = JSON.stringify({
    v: 1,
    by: member.id,
    timestamp: "2027-01-15T08:00:00.000Z",
    ruling: { kind: "decide_session", session_id: id, decision: "as I say", replaces: [] }
  })
  const ruling = Base64.encode(Seals.seal(member.id, "ruling", payload))
  return [
    draft({ message_type: "ruling", ruling }),
    ...opening.claims.map(({ claim }) => draft({ message_type: "task_released", claim, agent_id: name }))
  ]
}

/** Answers nobody's questions with anything for a while. */
const withhold = ({ chance, cluster, member }: Mischief): void => {
  const place = member.process?.place
  const server = place?.server
  if (place === undefined || server === undefined) return
  strike({ chance, cluster, member }, "withholding", "gives nobody any facts for a while")
  const answer = JSON.stringify({ v: 1, settings: cluster.terms.mesh, facts: [], more: false })
  place.server = () => Effect.succeed(new TextEncoder().encode(answer))
  cluster.world.timeline.after(withholdingMillis, () => {
    if (place.server !== undefined) place.server = server
  })
}

const flood = ({ chance, cluster, member }: Mischief): void => {
  const session = sessionOf(cluster, member, chance)
  const victim = chance.pick(cluster.agents)
  strike({ chance, cluster, member }, "flood", `states ${floodSize} facts at once`)
  let log: Writer.State | undefined = newLog(member, chance)
  for (let at = 0; at < floodSize && log !== undefined; at++) {
    const next = written(log, message(victim, session?.id ?? "dep_none", `flood ${at}`))
    if (next !== undefined) say(cluster, member.id, next.sealed)
    log = next?.log
  }
}

const quiet = [replay, forge, withhold, flood] as const

/** A newer version's facts: a type, a field and a version that this one does not know. */
export const speakNewer = (cluster: Cluster, member: Members.Member, chance: Chance): void => {
  const log = newLog(member, chance)
  const next = written(log, message(chance.pick(cluster.agents), "dep_none", "hello from tomorrow"))
  if (next === undefined) return
  const payload: Record<string, unknown> = JSON.parse(next.payload)
  const kind = chance.pick(["unknown type", "unknown field", "newer version"] as const)
  const changed = kind === "newer version"
    ? { ...payload, v: 2 }
    : kind === "unknown type"
    ? { ...payload, data: { message_type: "reaction_added", emoji: "+1" } }
    : { ...payload, data: { ...Object(payload["data"]), mood: "sunny" }, weather: "fair" }
  strike({ chance, cluster, member }, kind, `speaks a newer version: ${kind}`)
  say(cluster, member.id, Seals.seal(member.id, "fact", JSON.stringify(changed)))
}

const strike = (
  { cluster, member }: Pick<Mischief, "cluster" | "member" | "chance">,
  kind: Parameters<Cluster["world"]["struck"]>[0],
  words: string
): void => {
  cluster.world.struck(kind)
  cluster.world.trace.note(member.name, kind, () => words)
}

const say = (cluster: Cluster, from: NodeId, sealed: Uint8Array, only?: ReadonlyArray<NodeId>): void =>
  cluster.world.network.publish(from, discussion, sealed, only)

/** A session that the member knows, one it belongs to where there is one. */
const sessionOf = (cluster: Cluster, member: Members.Member, chance: Chance): Opened | undefined => {
  const state = Members.state(cluster.world, member)
  if (state === undefined) return undefined
  const own = Replica.sessionsWith(state.replica, member.id)
  const all = own.length > 0 ? own : Replica.openedSessions(state.replica).map(({ id }) => id).sort()
  return all.length === 0 ? undefined : Replica.sessionById(state.replica, chance.pick(all))
}

const message = ({ name }: Agent, session: string, content: string): Draft =>
  draft({ message_type: "session_message", session_id: session, from_agent: name, content })

const newLog = (member: Members.Member, chance: Chance): Writer.State =>
  Writer.open(member.id, LogNonce.make(`ee${chance.below(2 ** 32).toString(16).padStart(14, "0")}`))

/** A fact at the next place of a log, sealed by the log's author. */
const written = (log: Writer.State, what: Draft) => {
  const result = Writer.write(log, what, { wallMillis: 1_800_000_000_000, liveFrom: {}, embedded: [] })
  return Result.isFailure(result) ? undefined : {
    log: result.success.state,
    payload: result.success.payload,
    sealed: Seals.seal(log.node, "fact", result.success.payload)
  }
}
