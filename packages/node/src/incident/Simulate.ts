/**
 * One simulated mesh for `chorus sim`, and its figures.
 */
import * as Simulation from "@chorus/simulation/Simulation"
import * as Effect from "effect/Effect"
import type { Simulated } from "../api/Reports.ts"
import * as Print from "../cli/Print.ts"

/** What is asked for on the command line. */
export interface Wanted {
  readonly agents: number
  readonly repos: number
  readonly loss: number
  readonly partitionMillis: number | undefined
  readonly seed: number
  readonly trace: boolean
}

/** A machine of a team holds some agents; more nodes than this add nothing but time. */
const [agentsPerNode, nodesMax] = [4, 12]

/** Simulates an hour of the mesh; `kept` tells whether all invariants held. */
export const simulate = Effect.fnUntraced(function*(wanted: Wanted) {
  const lines: Array<string> = []
  const { millis, statistics, violations } = Simulation.run({
    seed: wanted.seed,
    nodes: Math.max(2, Math.min(nodesMax, Math.ceil(wanted.agents / agentsPerNode))),
    agents: wanted.agents,
    repositories: wanted.repos,
    loss: wanted.loss,
    only: [],
    ...(wanted.partitionMillis === undefined ? {} : { partitionMillis: wanted.partitionMillis }),
    ...(wanted.trace ? { read: (line: string) => void lines.push(line) } : {})
  })
  for (const line of lines) yield* Print.say(line)
  for (const { invariant, message } of violations) yield* Print.say(`${invariant} is broken: ${message}`)
  const { convergedMillis, modelCalls, nodes, sessions, statuses } = statistics
  return {
    kept: violations.length === 0,
    summary: {
      nodes,
      agents: wanted.agents,
      simulated_minutes: Math.round(millis / 60_000),
      convergence_seconds: convergedMillis === undefined ? "never" : convergedMillis / 1000,
      sessions,
      ...statuses,
      double_resolutions: statistics.doubleResolutions,
      lost_escalations: statistics.lostEscalations,
      model_calls: modelCalls,
      model_calls_per_dependency: sessions === 0 ? 0 : Number((modelCalls / sessions).toFixed(2)),
      invariants_broken: violations.length
    } satisfies Simulated
  }
})
