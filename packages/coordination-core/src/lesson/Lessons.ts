/**
 * What a node learns from its sessions: how often alerts of a rule, or between two repositories,
 * turned out to matter. A fold over the outcomes that SLURP learns of.
 *
 *     opening ──▶ fired      outcome ──verdict──▶ confirmed | dismissed      fading by half in 30 days
 *
 * A verdict is explicit: members who agreed on a plan confirm the alert, members who agreed that
 * there is nothing to do dismiss it, and so does the ruling that counts, if it says so; a ruling
 * without a verdict leaves the members' own. A node learns from sessions with a member of its own,
 * so strangers cannot teach it. The order of lessons does not matter but for rounding.
 * (docs/rules.md, 6 and 8)
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import type { NodeId } from "../identity/NodeId.ts"
import * as Mutes from "../mute/Mutes.ts"
import * as Replica from "../replica/Replica.ts"
import { compare } from "../replica/Sorted.ts"
import { nodesOf } from "../session/Opening.ts"
import type * as Status from "../session/Status.ts"
import * as SlurpEvent from "../slurp/SlurpEvent.ts"

export interface Tally {
  readonly fired: number
  readonly confirmed: number
  readonly dismissed: number
  /** The last two, faded as of `atMillis`. */
  readonly good: number
  readonly bad: number
  readonly atMillis: number
}

/** What was learnt of one session. */
interface Learnt {
  readonly rule: string
  readonly pair: string
  readonly verdict: SlurpEvent.Verdict | undefined
  readonly seenMillis: number
}

export interface Lessons {
  readonly rules: HashMap.HashMap<string, Tally>
  /** By pair of repositories. */
  readonly pairs: HashMap.HashMap<string, Tally>
  readonly sessions: HashMap.HashMap<string, Learnt>
}

export const empty: Lessons = { rules: HashMap.empty(), pairs: HashMap.empty(), sessions: HashMap.empty() }

/** So many rules, pairs and sessions are known; those that taught last stay. */
export const rulesMax = 128
export const pairsMax = 4096
export const sessionsMax = 8192

/** A verdict fades by half in so long, so what was demoted is tried again. */
const halfLifeMillis = 30 * 86_400_000

/** Below this precision a rule, or what is found between two repositories, is demoted. */
export const floor = 0.2

/** What conflicts within one repository are counted under; no rule names them. */
export const sameRepository = "Same_Repository"

/** Learns what a session, now that something touched it, has to teach. */
export const learn = (
  lessons: Lessons,
  session: Status.Opened,
  world: Status.World,
  node: NodeId,
  seenMillis: number
): Lessons => {
  const { account, claims, kind, roster } = session.opening
  const [first, second] = claims
  if (kind === "planning" || first === undefined || second === undefined) return lessons
  if (first.task === second.task || !nodesOf(roster).includes(node)) return lessons
  const known = Option.getOrUndefined(HashMap.get(lessons.sessions, session.id))
  const rule = account.dependency?.relationship ?? sameRepository
  const pair = Mutes.repositoriesOf(first.task, second.task)
  const fresh: Learnt = { rule, pair, verdict: undefined, seenMillis }
  const noted = known !== undefined ? lessons : bounded({
    rules: fired(lessons.rules, rule, seenMillis),
    pairs: fired(lessons.pairs, pair, seenMillis),
    sessions: HashMap.set(lessons.sessions, session.id, fresh)
  })
  // Most of what touches a session is no outcome.
  if (HashMap.isEmpty(session.certificates) && HashMap.isEmpty(session.rulings)) return noted
  return heed(noted, session.id, SlurpEvent.verdictOf(session, world), seenMillis)
}

/** Learns what each of these sessions has to teach, at the moment at which it was seen. */
export const learnAll = (
  lessons: Lessons,
  replica: Replica.Replica,
  sessions: ReadonlyArray<string>,
  node: NodeId,
  seenMillis: (session: string) => number
): Lessons =>
  sessions.reduce((all, id) => {
    const session = Replica.sessionById(replica, id)
    return session === undefined
      ? all
      : learn(all, session, Replica.world(replica), node, seenMillis(id))
  }, lessons)

/** Takes in what now holds of a session that is known, in the place of what held before. */
const heed = (
  lessons: Lessons,
  session: string,
  verdict: SlurpEvent.Verdict | undefined,
  seenMillis: number
): Lessons => {
  const known = Option.getOrUndefined(HashMap.get(lessons.sessions, session))
  if (known === undefined || verdict === known.verdict) return lessons
  const judged = (tallies: HashMap.HashMap<string, Tally>, key: string) =>
    HashMap.modify(tallies, key, (tally) =>
      counted(counted(tally, known.verdict, known.seenMillis, -1), verdict, seenMillis, 1))
  return {
    rules: judged(lessons.rules, known.rule),
    pairs: judged(lessons.pairs, known.pair),
    sessions: HashMap.set(lessons.sessions, session, { ...known, verdict, seenMillis })
  }
}

/** From 0 to 1: the share that was confirmed; one half while nothing is known. */
export const precision = (tally: Tally | undefined, nowMillis: number): number => {
  if (tally === undefined) return 0.5
  const { bad, good } = fadedTo(tally, Math.max(nowMillis, tally.atMillis))
  return (good + 1) / (good + bad + 2)
}

export const isDemoted = (tally: Tally | undefined, nowMillis: number): boolean =>
  precision(tally, nowMillis) < floor

export const ofRule = (lessons: Lessons, rule: string): Tally | undefined =>
  Option.getOrUndefined(HashMap.get(lessons.rules, rule))

export const ofPair = (lessons: Lessons, pair: string): Tally | undefined =>
  Option.getOrUndefined(HashMap.get(lessons.pairs, pair))

const nothing: Tally = { fired: 0, confirmed: 0, dismissed: 0, good: 0, bad: 0, atMillis: 0 }

const fired = (tallies: HashMap.HashMap<string, Tally>, key: string, seenMillis: number) =>
  HashMap.modifyAt(tallies, key, (known) => {
    const tally = fadedTo(Option.getOrElse(known, () => nothing), seenMillis)
    return Option.some({ ...tally, fired: tally.fired + 1 })
  })

const counted = (
  tally: Tally,
  verdict: SlurpEvent.Verdict | undefined,
  seenMillis: number,
  change: 1 | -1
): Tally => {
  if (verdict === undefined) return tally
  const at = fadedTo(tally, seenMillis)
  const weight = change * fading(at.atMillis - seenMillis)
  return verdict === "confirmed"
    ? { ...at, confirmed: at.confirmed + change, good: Math.max(0, at.good + weight) }
    : { ...at, dismissed: at.dismissed + change, bad: Math.max(0, at.bad + weight) }
}

/** The tally as of this moment, or of its own if that is later. */
const fadedTo = (tally: Tally, millis: number): Tally => {
  if (millis <= tally.atMillis) return tally
  const left = fading(millis - tally.atMillis)
  return { ...tally, good: tally.good * left, bad: tally.bad * left, atMillis: millis }
}

const fading = (millis: number): number => 2 ** (-millis / halfLifeMillis)

const bounded = ({ pairs, rules, sessions }: Lessons): Lessons => ({
  rules: latest(rules, rulesMax, ({ atMillis }) => atMillis),
  pairs: latest(pairs, pairsMax, ({ atMillis }) => atMillis),
  sessions: latest(sessions, sessionsMax, ({ seenMillis }) => seenMillis)
})

/** When there are too many, three quarters of them: so it is looked through now and then only. */
const latest = <A>(map: HashMap.HashMap<string, A>, max: number, millis: (item: A) => number) =>
  HashMap.size(map) <= max ? map : HashMap.fromIterable(
    [...HashMap.entries(map)]
      .sort(([a, one], [b, other]) => millis(other) - millis(one) || compare(a, b))
      .slice(0, Math.floor(max * 3 / 4))
  )
