/**
 * Catch-up: whom this node asks for what it lacks, and when. A machine.
 *
 *     connected | digest differs | predecessor missing | 15 s passed ──▶ ask a peer with our vector
 *     answer: facts, what the peer lacks, where both differ ──▶ ask and give on, or rest
 *
 * Gossip forgets after seconds; this brings facts back, in both directions by one contact. One
 * question a peer at a time, and few at once: a peer that is slow no longer counts among those, so
 * it holds up nobody. A pair of digests that brought nothing is not asked about again before the
 * next round. The caller promises that facts are held once. (docs/rules.md, 4)
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import type { Fact } from "../fact/Fact.ts"
import * as Hash from "../identity/Hash.ts"
import type { NodeId } from "../identity/NodeId.ts"
import { type Decision, type Moment, nothing } from "../machine/Machine.ts"
import { compare } from "../replica/Sorted.ts"
import * as Difference from "./Difference.ts"
import * as Held from "./Held.ts"
import * as Holdings from "./Holdings.ts"
import * as Sum from "./Sum.ts"

interface Question {
  readonly sinceMillis: number
  readonly asked: Difference.Asked
  /** What this node held when it asked, to tell whether the answer brought anything. */
  readonly digest: string
  /** What the peer lacked when it was asked, as text: what it does not take is not given again. */
  readonly lacked: string
  /** Answers in a row that brought nothing. */
  readonly idle: number
}

interface Peer {
  readonly question: Question | undefined
  /** To be asked as soon as there is room. */
  readonly isDue: boolean
  /** The digest for which it was asked. */
  readonly heard: string | undefined
  /** What this node held when the peer had nothing more for it. */
  readonly rested: string | undefined
  /** When it was last asked for a missing predecessor. */
  readonly missedMillis: number | undefined
  /** What came of asking it since it connected; what it told once, it has told. */
  readonly told: "nothing" | "all" | "failed"
}

const newcomer: Peer = {
  question: undefined,
  isDue: true,
  heard: undefined,
  rested: undefined,
  missedMillis: undefined,
  told: "nothing"
}

export interface State extends Holdings.Holdings {
  /** The connected peers. */
  readonly peers: HashMap.HashMap<NodeId, Peer>
  /** The peers that answered everything since this process started. */
  readonly answered: number
  /** Did all who were connected tell what they have, at some moment since this process started? */
  readonly hasCaughtUp: boolean
  readonly lastRoundMillis: number
}

export type Input =
  /** Facts that were not held before, and who handed them on. */
  | { readonly _tag: "Held"; readonly facts: ReadonlyArray<Fact>; readonly from?: NodeId | undefined }
  | { readonly _tag: "Connected"; readonly peer: NodeId }
  | { readonly _tag: "Gone"; readonly peer: NodeId }
  | { readonly _tag: "Heartbeat"; readonly peer: NodeId; readonly digest: string }
  | ({ readonly _tag: "Answered"; readonly peer: NodeId } & Answer)
  | { readonly _tag: "Failed"; readonly peer: NodeId }
  | { readonly _tag: "Ticked" }

/** What an answer said beside its facts. */
export interface Answer {
  readonly more: boolean
  /** What the peer lacks itself. */
  readonly lacks?: ReadonlyArray<Difference.Stretch>
  /** Where its sums and what this node holds differ (`Difference.narrowed`). */
  readonly search?: Difference.Search
}

/** Ask a peer for what lies beyond our vector, and give it what it lacks. */
export interface Ask {
  readonly _tag: "AskPeer"
  readonly peer: NodeId
  readonly asked: Difference.Asked
  readonly gives: ReadonlyArray<Difference.Stretch>
}

/** A round with some peer every so often, whatever the heartbeats say. */
export const roundMillis = 15_000

/** A question without an answer for this long counts as failed. */
export const questionMillisMax = 60_000

/** So many questions are under way at once … */
export const atOnceMax = 4

/** … not counting those that are older than this. */
export const patienceMillis = 5_000

/** A peer is asked for missing predecessors at most this often. */
export const missedMillisMin = 1_000

/** A contact ends after so many answers in a row that brought nothing. */
export const idleMax = 16

export const initial: State = {
  ...Holdings.none,
  peers: HashMap.empty(),
  answered: 0,
  hasCaughtUp: false,
  lastRoundMillis: 0
}

export interface Context {
  readonly at: Moment
  readonly node: NodeId
}

type Step = Decision<State, Ask>

export const decide = (before: State, input: Input, context: Context): Step => {
  const step = taken(before, input, context)
  return step.state.hasCaughtUp || !haveAllTold(step.state)
    ? step
    : { ...step, state: { ...step.state, hasCaughtUp: true } }
}

/** Is a peer being asked, or about to be? */
export const isAsking = (state: State, { monotonicMillis }: Moment): boolean =>
  [...HashMap.values(state.peers)].some((peer) =>
    peer.isDue || isUnderWay(peer, monotonicMillis, questionMillisMax)
  )

const haveAllTold = ({ peers }: State): boolean => {
  const all = [...HashMap.values(peers)]
  return all.some(({ told }) => told === "all") && all.every(({ told }) => told !== "nothing")
}

const taken = (state: State, input: Input, context: Context): Step => {
  const now = context.at.monotonicMillis
  switch (input._tag) {
    case "Held":
      return missed({ ...state, ...Holdings.grown(state, input.facts) }, input.facts, input.from, now)
    case "Connected":
      return HashMap.has(state.peers, input.peer) ? nothing(state) : begin(state, input.peer, now)
    case "Gone":
      return pumped({ ...state, peers: HashMap.remove(state.peers, input.peer) }, now)
    case "Heartbeat":
      return heard(state, input.peer, input.digest, now)
    case "Answered":
      return answered(state, input.peer, input, now)
    case "Failed":
      return pumped(changed(state, input.peer, (peer) => ({
        ...peer,
        question: undefined,
        told: peer.told === "all" ? "all" : "failed"
      })), now)
    case "Ticked":
      return round(state, context)
  }
}

/** What this node holds, for a peer to compare with. */
export const vector = (state: State): Difference.Vector => Difference.vectorOf(state.heads)

/** What this node holds as one small text: equal facts, equal digests. */
export const digest = (state: State): string => Sum.show(state.sum)

/** A fact whose predecessor is missing: whoever handed it on is asked, or else some peer. */
const missed = (
  state: State,
  facts: ReadonlyArray<Fact>,
  from: NodeId | undefined,
  now: number
): Step => {
  const adrift = facts.find((fact) => {
    const log = Option.getOrUndefined(HashMap.get(state.heads, fact.log))
    return log !== undefined && Held.isAdrift(log, fact)
  })
  if (adrift === undefined) return nothing(state)
  const free = [...HashMap.entries(state.peers)]
    .filter(([, { missedMillis, question }]) =>
      question === undefined && (missedMillis === undefined || now - missedMillis >= missedMillisMin)
    )
    .map(([peer]) => peer)
  const peer = from !== undefined && free.includes(from) ? from : chosen(free, adrift.id)
  return peer === undefined
    ? nothing(state)
    : begin(changed(state, peer, (known) => ({ ...known, missedMillis: now })), peer, now)
}

/** Heartbeats travel farther than one hop; those of connected peers alone are compared. */
const heard = (state: State, peer: NodeId, theirs: string, now: number): Step => {
  const known = Option.getOrUndefined(HashMap.get(state.peers, peer))
  const ours = digest(state)
  if (known === undefined || theirs === ours) return nothing(state)
  const isKnown = known.heard === theirs && known.rested === ours
  return isKnown || isUnderWay(known, now, questionMillisMax)
    ? nothing(state)
    : begin(
      changed(state, peer, (before) => ({ ...before, heard: theirs, rested: undefined })),
      peer,
      now
    )
}

/** Goes on with the peer while that brings something to either side. */
const answered = (state: State, peer: NodeId, given: Answer, now: number): Step => {
  const question = Option.getOrUndefined(HashMap.get(state.peers, peer))?.question
  if (question === undefined) return nothing(state)
  const progressed = question.digest !== digest(state)
  const idle = progressed ? 0 : question.idle + 1
  const lacks = given.lacks ?? []
  const lacked = JSON.stringify(lacks)
  const gives = lacked === question.lacked ? [] : lacks
  const { search } = given
  const isSame = (given.more && progressed) || gives.length > 0 || search !== undefined
  const next = question.asked.upTo
  const rested = changed(state, peer, (known) => ({ ...known, question: undefined }))
  if ((isSame || next !== undefined) && idle < idleMax) {
    const about = Difference.ask(state.heads, isSame ? question.asked.after : next)
    const asked = search === undefined ? about : { ...about, search }
    return put(rested, peer, asked, gives, {
      sinceMillis: now,
      digest: digest(state),
      lacked,
      idle
    })
  }
  const done = changed(rested, peer, (known) => ({ ...known, rested: digest(state), told: "all" }))
  return pumped({ ...done, answered: state.answered + 1 }, now)
}

/** Every 15 s some peer is asked, by a hash of this node and the time; and those that are due. */
const round = (state: State, { at, node }: Context): Step => {
  const now = at.monotonicMillis
  if (now - state.lastRoundMillis < roundMillis) return pumped(state, now)
  const peer = chosen([...HashMap.keys(state.peers)], `${node} ${now}`)
  const next = { ...state, lastRoundMillis: now }
  return pumped(peer === undefined ? next : due(next, peer), now)
}

const chosen = (peers: ReadonlyArray<NodeId>, chance: string): NodeId | undefined =>
  peers.length === 0
    ? undefined
    : peers.toSorted(compare)[Number.parseInt(Hash.ofText(chance).slice(0, 8), 16) % peers.length]

const changed = (state: State, peer: NodeId, change: (peer: Peer) => Peer): State =>
  HashMap.has(state.peers, peer) ? { ...state, peers: HashMap.modify(state.peers, peer, change) } : state

const due = (state: State, peer: NodeId): State =>
  changed(state, peer, (known) => ({ ...known, isDue: true }))

const begin = (state: State, peer: NodeId, now: number): Step => {
  const known = HashMap.has(state.peers, peer)
    ? state
    : { ...state, peers: HashMap.set(state.peers, peer, newcomer) }
  return pumped(due(known, peer), now)
}

const isUnderWay = ({ question }: Peer, now: number, millis: number): boolean =>
  question !== undefined && now - question.sinceMillis < millis

/** Asks those that are due and have no question under way, as far as there is room. */
const pumped = (state: State, now: number): Step => {
  const peers = [...HashMap.entries(state.peers)]
  const fresh = peers.filter(([, peer]) => isUnderWay(peer, now, patienceMillis)).length
  return peers
    .filter(([, peer]) => peer.isDue && !isUnderWay(peer, now, questionMillisMax))
    .sort(([a], [b]) => compare(a, b))
    .slice(0, Math.max(0, atOnceMax - fresh))
    .reduce<Step>((decision, [peer]) => {
      const asked = Difference.ask(state.heads)
      const about = { sinceMillis: now, digest: digest(state), lacked: "", idle: 0 }
      const step = put(decision.state, peer, asked, [], about)
      return { ...step, outputs: [...decision.outputs, ...step.outputs] }
    }, nothing(state))
}

const put = (
  state: State,
  peer: NodeId,
  asked: Difference.Asked,
  gives: ReadonlyArray<Difference.Stretch>,
  about: Omit<Question, "asked">
): Step => ({
  state: changed(state, peer, (known) => ({ ...known, isDue: false, question: { ...about, asked } })),
  drafts: [],
  outputs: [{ _tag: "AskPeer", peer, asked, gives }]
})
