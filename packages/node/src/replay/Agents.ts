/**
 * The agents of a replay: one a repository, each with a temper that follows from the seed.
 *
 * Per session an agent agrees (80 %), objects once and then agrees (15 %), or stays silent (5 %).
 */
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import type { TaskKey } from "@chorus/coordination-core/identity/TaskKey"
import { createHash } from "node:crypto"

export type Temper = "agrees" | "objects_once" | "silent"

/** The agent of a repository: its name, with what a name may not hold replaced. */
export const nameOf = (repository: string): AgentName =>
  AgentName.make(`agent-${repository.replaceAll(/[^A-Za-z0-9._-]/g, "-")}`.slice(0, 64))

/**
 * How an agent takes a session about these tasks: the same for the same seed. Neither the session's
 * id nor the agent's node has a say, since both are new in every run.
 */
export const temperOf = (seed: number, tasks: ReadonlyArray<TaskKey>, agent: AgentName): Temper => {
  const draw = drawn(seed, agent, ...tasks.toSorted())
  return draw < 0.8 ? "agrees" : draw < 0.95 ? "objects_once" : "silent"
}

/** What an agent answers to a plan of a round; undefined when it stays silent. */
export const stanceOf = (temper: Temper, round: number): "agree" | "object" | undefined => {
  switch (temper) {
    case "agrees":
      return "agree"
    case "objects_once":
      return round === 1 ? "object" : "agree"
    case "silent":
      return undefined
  }
}

/** A number in [0, 1) that follows from what is given. */
const drawn = (...given: ReadonlyArray<string | number>): number =>
  createHash("sha256").update(JSON.stringify(given)).digest().readUInt32BE(0) / 2 ** 32
