/**
 * Catch-up: what this node lacks, whom it asks, and what it gives. A machine.
 *
 *     connected | digest differs | 15 s passed ──▶ Ask a peer with our vector
 *     answer: facts, and whether there are more ──▶ Ask again, or rest
 *
 * Gossip forgets after seconds; this brings facts back. A vector names, per log, the highest place
 * up to which nothing is missing, and a hash of what is held there and beyond: it tells a fork, and
 * facts whose predecessors nobody has. Connected peers are asked, one question to each at a time.
 * (design.md, part 4)
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import type { Fact } from "../fact/Fact.ts"
import type { FactId, LogId } from "../identity/FactId.ts"
import * as FactIds from "../identity/FactId.ts"
import * as Hash from "../identity/Hash.ts"
import type { NodeId } from "../identity/NodeId.ts"
import { type Decision, type Moment, nothing } from "../machine/Machine.ts"
import { compare } from "../replica/Sorted.ts"

/**
 * The highest place of a log up to which this node holds everything (0 without the first), and
 * the fact there: of several the lowest id.
 */
export interface Head {
  readonly seq: number
  readonly id: FactId
}

/** Per log its head; where facts beyond a gap are held, the id is a hash over them as well. */
export type Vector = Readonly<Record<LogId, Head>>

interface Question {
  readonly sinceMillis: number
  /** What this node held when it asked: an answer that adds nothing is not asked for again. */
  readonly digest: string
}

export interface State {
  readonly heads: HashMap.HashMap<LogId, Head>
  /** Facts that came before their predecessors, by log and place. */
  readonly early: HashMap.HashMap<LogId, HashMap.HashMap<number, FactId>>
  /** The connected peers, and the question under way to each. */
  readonly peers: HashMap.HashMap<NodeId, Question | undefined>
  /** The peers that answered everything since this process started. */
  readonly answered: number
  readonly lastRoundMillis: number
}

export type Input =
  | { readonly _tag: "Held"; readonly facts: ReadonlyArray<Fact> }
  | { readonly _tag: "Connected"; readonly peer: NodeId }
  | { readonly _tag: "Gone"; readonly peer: NodeId }
  | { readonly _tag: "Heartbeat"; readonly peer: NodeId; readonly digest: string }
  | { readonly _tag: "Answered"; readonly peer: NodeId; readonly more: boolean }
  | { readonly _tag: "Failed"; readonly peer: NodeId }
  | { readonly _tag: "Ticked" }

/** Ask a peer for what lies beyond our vector. */
export interface Ask {
  readonly _tag: "AskPeer"
  readonly peer: NodeId
  readonly vector: Vector
}

/** A round with some peer every so often, whatever the heartbeats say. */
export const roundMillis = 15_000

/** A question without an answer for this long counts as failed. */
export const questionMillisMax = 60_000

export const initial: State = {
  heads: HashMap.empty(),
  early: HashMap.empty(),
  peers: HashMap.empty(),
  answered: 0,
  lastRoundMillis: 0
}

export interface Context {
  readonly at: Moment
}

export const decide = (state: State, input: Input, context: Context): Decision<State, Ask> => {
  const now = context.at.monotonicMillis
  switch (input._tag) {
    case "Held":
      return nothing(input.facts.reduce(held, state))
    case "Connected":
      return HashMap.has(state.peers, input.peer) ? nothing(state) : ask(state, input.peer, now)
    case "Gone":
      return nothing({ ...state, peers: HashMap.remove(state.peers, input.peer) })
    case "Heartbeat":
      // Heartbeats travel farther than one hop.
      return !HashMap.has(state.peers, input.peer) || input.digest === digest(state)
        ? nothing(state)
        : ask(state, input.peer, now)
    case "Answered": {
      const question = Option.getOrUndefined(HashMap.get(state.peers, input.peer))
      const rested = rest(state, input.peer)
      return input.more && question !== undefined && question.digest !== digest(state)
        ? ask(rested, input.peer, now)
        : nothing({ ...rested, answered: state.answered + 1 })
    }
    case "Failed":
      return nothing(rest(state, input.peer))
    case "Ticked":
      return now - state.lastRoundMillis < roundMillis ? nothing(state) : round(state, now)
  }
}

/** What this node holds, for a peer to compare with. */
export const vector = (state: State): Vector =>
  Object.fromEntries(logs(state).map((log) => [log, summary(state, log)]))

/** What this node holds as one hash: equal digests, equal logs. */
export const digest = (state: State): string => Hash.ofText(JSON.stringify(vector(state)))

/** A stretch of a log, both ends included. */
export interface Stretch {
  readonly log: LogId
  readonly from: number
  readonly upTo: number
}

/**
 * The stretches that a peer with this vector lacks, from the first missing place of each log.
 *
 * Where both are at one place and hold different things, that place is given too. This comes last,
 * so that a liar's many facts at one place keep nobody else's waiting.
 */
export const missing = (state: State, theirs: Vector): ReadonlyArray<Stretch> => {
  const stretches = logs(state).flatMap((log): ReadonlyArray<Stretch> => {
    const [mine, their] = [summary(state, log), theirs[log] ?? { seq: 0, id: undefined }]
    if (their.seq === mine.seq && their.id === mine.id) return []
    const from = their.seq === mine.seq ? Math.max(1, mine.seq) : their.seq + 1
    const upTo = [...HashMap.keys(earlyOf(state, log))].reduce((a, b) => Math.max(a, b), mine.seq)
    return from <= upTo ? [{ log, from, upTo }] : []
  })
  const isSame = ({ log }: Stretch): boolean => theirs[log]?.seq === summary(state, log).seq
  return [...stretches.filter((stretch) => !isSame(stretch)), ...stretches.filter(isSame)]
}

const logs = (state: State): ReadonlyArray<LogId> =>
  [...new Set([...HashMap.keys(state.heads), ...HashMap.keys(state.early)])].sort(compare)

const earlyOf = (state: State, log: LogId): HashMap.HashMap<number, FactId> =>
  Option.getOrElse(HashMap.get(state.early, log), () => HashMap.empty<number, FactId>())

const summary = (state: State, log: LogId): Head => {
  const head = Option.getOrUndefined(HashMap.get(state.heads, log))
  const early = [...HashMap.values(earlyOf(state, log))].sort(compare)
  return head !== undefined && early.length === 0
    ? head
    : { seq: head?.seq ?? 0, id: FactIds.FactId.make(Hash.ofText(JSON.stringify([head?.id ?? null, early]))) }
}

const ask = (state: State, peer: NodeId, now: number): Decision<State, Ask> => {
  const question = Option.getOrUndefined(HashMap.get(state.peers, peer))
  const underWay = question !== undefined && now - question.sinceMillis < questionMillisMax
  return underWay ? nothing(state) : {
    state: {
      ...state,
      peers: HashMap.set(state.peers, peer, { sinceMillis: now, digest: digest(state) })
    },
    drafts: [],
    outputs: [{ _tag: "AskPeer", peer, vector: vector(state) }]
  }
}

/** The peers take turns, in the order of their ids. */
const round = (state: State, now: number): Decision<State, Ask> => {
  const peers = [...HashMap.keys(state.peers)].sort()
  const turn = peers[Math.floor(now / roundMillis) % Math.max(1, peers.length)]
  const next = { ...state, lastRoundMillis: now }
  return turn === undefined ? nothing(next) : ask(next, turn, now)
}

const rest = (state: State, peer: NodeId): State =>
  HashMap.has(state.peers, peer)
    ? { ...state, peers: HashMap.set(state.peers, peer, undefined) }
    : state

const held = (state: State, fact: Fact): State => {
  const head = Option.getOrUndefined(HashMap.get(state.heads, fact.log))
  const next = (head?.seq ?? 0) + 1
  if (head !== undefined && fact.seq < next) {
    return fact.seq < head.seq || fact.id >= head.id ? state : {
      ...state,
      heads: HashMap.set(state.heads, fact.log, { seq: fact.seq, id: fact.id })
    }
  }
  const early = earlyOf(state, fact.log)
  if (fact.seq === next) return advance(state, fact.log, { seq: fact.seq, id: fact.id }, early)
  const waiting = HashMap.modifyAt(early, fact.seq, (known) =>
    Option.some(Option.isSome(known) && known.value < fact.id ? known.value : fact.id)
  )
  return { ...state, early: HashMap.set(state.early, fact.log, waiting) }
}

/** Moves a head over the places that had come early. */
const advance = (
  state: State,
  log: LogId,
  from: Head,
  early: HashMap.HashMap<number, FactId>
): State => {
  let head = from
  let waiting = early
  for (let turn = HashMap.size(early); turn > 0; turn--) {
    const id = Option.getOrUndefined(HashMap.get(waiting, head.seq + 1))
    if (id === undefined) break
    head = { seq: head.seq + 1, id }
    waiting = HashMap.remove(waiting, head.seq)
  }
  return {
    ...state,
    heads: HashMap.set(state.heads, log, head),
    early: HashMap.isEmpty(waiting)
      ? HashMap.remove(state.early, log)
      : HashMap.set(state.early, log, waiting)
  }
}
