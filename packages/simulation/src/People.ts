/**
 * The person of the simulated mesh, who looks into the inbox and rules, or never comes.
 */
import * as Decode from "@chorus/coordination-core/fact/Decode"
import { isoOf } from "@chorus/coordination-core/fact/Writer"
import type { NodeId } from "@chorus/coordination-core/identity/NodeId"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import type { RulingPayload } from "@chorus/coordination-core/ruling/Ruling"
import * as Status from "@chorus/coordination-core/session/Status"
import * as Base64 from "effect/encoding/Base64"
import * as HashMap from "effect/HashMap"
import * as Result from "effect/Result"
import { type Cluster, founder, honest } from "./Cluster.ts"
import * as Members from "./Member.ts"
import * as Seals from "./Seals.ts"

/** The person looks so often, on average. */
const lookMillis = 12 * 60_000

/** Lets the founder look into the inbox of some node now and then, until `untilMillis`. */
export const live = (cluster: Cluster, untilMillis: number): void => {
  const { timeline } = cluster.world
  const chance = cluster.world.chance.fork("founder")
  const look = () => {
    if (timeline.nowMillis() > untilMillis) return
    timeline.after(chance.exponential(lookMillis * cluster.pace), look)
    const nodes = honest(cluster)
    if (nodes.length === 0) return
    const desk = chance.pick(nodes)
    const state = Members.state(cluster.world, desk)
    if (state === undefined) return
    const world = Replica.world(state.replica)
    const waiting = Replica.openedSessions(state.replica)
      .filter((session) => Status.waitsBecause(session, world).length > 0)
      .sort((a, b) => a.id < b.id ? -1 : 1)
    if (waiting.length === 0) return
    const session = chance.pick(waiting)
    rule(cluster, desk, {
      kind: "decide_session",
      session_id: session.id,
      decision: `do it this way (${chance.below(1000)})`,
      replaces: Status.rulingsOf(session, world).map(({ id }) => id).slice(0, 16)
    })
  }
  timeline.after(chance.exponential(lookMillis * cluster.pace), look)
}

/** Revokes a member for good, with all it ever stated. */
export const revoke = (cluster: Cluster, desk: Members.Member, node: NodeId): void =>
  rule(cluster, desk, { kind: "revoke_member", node, last_places: {}, because: "works against us" })

const rule = (cluster: Cluster, desk: Members.Member, ruling: RulingPayload["ruling"]): void => {
  const { wallMillis } = desk.clock.now()
  const payload = JSON.stringify({ v: 1, by: founder, timestamp: isoOf(wallMillis), ruling })
  const opened = Decode.ruling({ payload, signer: founder })
  if (Result.isFailure(opened)) return cluster.fail("I12", `the founder's ruling: ${opened.failure.detail}`)
  const sealed = Base64.encode(Seals.seal(founder, "ruling", payload))
  const about = ruling.kind === "decide_session" ? ruling.session_id : ""
  Members.ask(desk, { _tag: "Rule", ruling: opened.success, sealed }, (result) => {
    const isDone = Result.isSuccess(result)
    cluster.world.trace.note("founder", `${ruling.kind} ${isDone}`, () =>
      isDone ? `rules at ${desk.name}: ${ruling.kind} ${about.slice(0, 12)}` : result.failure.message)
    if (isDone && ruling.kind === "decide_session") {
      cluster.acknowledged.push({
        member: desk,
        words: `the ruling on ${about}`,
        isKept: (replica) =>
          HashMap.has(Replica.sessionById(replica, about)?.rulings ?? HashMap.empty(), opened.success.id)
      })
    }
  })
}
