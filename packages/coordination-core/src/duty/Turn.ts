/**
 * Whose turn it is: one node of the roster acts, the next takes over when it stays silent.
 *
 * Rendezvous hashing ranks the roster's nodes per session and round, the same on every node
 * without a word being said. Rank 0 acts at once; rank k when k leases have passed, counted from
 * the last signal of a planner that is still thinking. (docs/rules.md, 7)
 */
import type { FactId } from "../identity/FactId.ts"
import * as Hash from "../identity/Hash.ts"
import type { NodeId } from "../identity/NodeId.ts"
import { compare } from "../replica/Sorted.ts"

/** The nodes by rank: the highest hash of session, round and node first. */
export const ranking = (
  session: string,
  round: number,
  nodes: ReadonlyArray<NodeId>
): ReadonlyArray<NodeId> =>
  nodes
    .map((node) => ({ node, score: Hash.ofText(JSON.stringify([session, round, node])) }))
    .sort((a, b) => compare(b.score, a.score))
    .map(({ node }) => node)

export interface Turn {
  /** When this node first saw the duty. */
  readonly sinceMillis: number
  /** When it last heard that somebody is at it. */
  readonly heardMillis: number | undefined
  /** When this node asked its reasoner. */
  readonly askedMillis: number | undefined
  /** The objection that it asked about. */
  readonly askedAbout: FactId | undefined
  /** When it last said that it is at it. */
  readonly saidMillis: number | undefined
  /** When it last drafted what the duty asks for. */
  readonly draftedMillis: number | undefined
}

export const seen = (nowMillis: number): Turn => ({
  sinceMillis: nowMillis,
  heardMillis: undefined,
  askedMillis: undefined,
  askedAbout: undefined,
  saidMillis: undefined,
  draftedMillis: undefined
})

export interface Leases {
  /** A node that was silent for this long is passed over. */
  readonly leaseMillis: number
  /** Thinking holds the others back for at most this long in all. */
  readonly planningMillisMax: number
}

/**
 * Did this node draft what the duty asks for less than a lease ago? A draft that took effect ends
 * its duty; one that did not, because it was refused or proves nothing, is tried again later.
 */
export const isDrafted = (turn: Turn, nowMillis: number, { leaseMillis }: Leases): boolean =>
  turn.draftedMillis !== undefined && nowMillis - turn.draftedMillis < leaseMillis

/** From when on the node of this rank acts. */
export const startMillis = (turn: Turn, rank: number, leases: Leases): number => {
  const byRank = turn.sinceMillis + rank * leases.leaseMillis
  if (turn.heardMillis === undefined || rank === 0) return byRank
  const patience = turn.sinceMillis + rank * leases.planningMillisMax
  return Math.max(byRank, Math.min(turn.heardMillis + rank * leases.leaseMillis, patience))
}
