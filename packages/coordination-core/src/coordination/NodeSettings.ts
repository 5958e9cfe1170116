/**
 * What one node decides for itself: its budget of alerts, its patience, its rhythm.
 *
 * Unlike the settings of the mesh these may differ from node to node; no replicated state depends
 * on them. Durations in milliseconds.
 */
import * as Parameters from "../detection/Parameters.ts"
import type { Rule } from "../detection/Rule.ts"
import type { Quotas } from "../duty/Attention.ts"
import type { Leases } from "../duty/Turn.ts"
import * as Memory from "../memory/Memory.ts"
import type { Rate } from "../intake/Pace.ts"

export interface NodeSettings extends Leases, Quotas, Rate {
  /** A claim raises at most this many alerts; what was held back is counted and listed. */
  readonly alertsPerClaim: number
  /** How much each kind of evidence weighs. */
  readonly detection: Parameters.Parameters
  /** An agent raises at most this many within an hour. */
  readonly alertsPerAgentAndHour: number
  /** Rules of this node beside the built-in ones; they name a pair after those. */
  readonly rules: ReadonlyArray<Rule>
  /** A decided case leaves this node's inbox when so many people ruled alike. */
  readonly quorum: number
  /** How long to wait for the other side to state a dependency that it can see as well. */
  readonly detectionGraceMillis: number
  /**
   * How long a judge of alerts may take, less than the grace, in which the other side waits; at 0
   * nobody is asked.
   */
  readonly judgeMillisMax: number
  /** A node that meets no peer for this long votes alone; at 0 it has no older facts to ask for. */
  readonly settleMillis: number
  readonly heartbeatMillis: number
  /** How often what is over and stored is forgotten, as the seed has it. */
  readonly cleanupMillis: number
  /** So many last places of each log stay in memory; a fork at an older one is found in the store. */
  readonly placesRemembered: number
}

export const defaults: NodeSettings = {
  alertsPerClaim: 3,
  detection: Parameters.defaults,
  alertsPerAgentAndHour: 20,
  rules: [],
  quorum: 1,
  detectionGraceMillis: 10_000,
  judgeMillisMax: 0,
  settleMillis: 10_000,
  heartbeatMillis: 3_000,
  cleanupMillis: Memory.cleanupMillis,
  placesRemembered: 1024,
  leaseMillis: 10_000,
  planningMillisMax: 75_000,
  sessionsPerClaim: 12,
  sessionsPerClaimAndNode: 4,
  factsPerSecond: 200,
  factsAtOnce: 2_000
}
