/**
 * How large a seed is, how long it lasts and how busy it is, where nobody asks for something else.
 *
 * Many seeds are small and some are large, since most faults of the kind that seeds find need little
 * room, and the rest need much. A seed that lasts longer than an hour is a quiet cluster now and
 * then: its agents do in a day what others do in an hour.
 */
import * as Chances from "./Chance.ts"

/** What is asked for. */
export interface Asked {
  readonly nodes?: number
  readonly chaosMillis?: number
}

export interface Shape {
  readonly nodes: number
  readonly chaosMillis: number
  /** Agents and people wait so many times as long as in a busy hour. */
  readonly pace: number
  /** And so do faults. */
  readonly stormPace: number
}

const minute = 60_000

export const hourMillis = 60 * minute

const sizes = [3, 3, 3, 4, 4, 5, 6, 8] as const

const minutes = [5, 5, 5, 5, 10, 10, 15, 30, 60] as const

/** How much slower than in a busy hour the agents of a seed are: up to an hour, and beyond. */
const [hourSlower, daySlower] = [[1, 2, 4, 4, 8, 8], [1, 4, 16, 16, 24, 24]] as const

/** As many things happen in a shorter time as in an hour. */
export const paceOf = (chaosMillis: number): number => Math.min(1, chaosMillis / hourMillis)

/** The shape of a seed. */
export const draw = (seed: number, asked: Asked): Shape => {
  const chance = Chances.make(Chances.hashOf(`shape ${seed}`))
  const [size, length] = [chance.pick(sizes), chance.pick(minutes) * minute]
  const [nodes, chaosMillis] = [asked.nodes ?? size, asked.chaosMillis ?? length]
  const isLong = chaosMillis > hourMillis
  const slower = chance.pick<number>(isLong ? daySlower : hourSlower)
  const pace = paceOf(chaosMillis) * slower
  return { nodes, chaosMillis, pace, stormPace: isLong ? pace : paceOf(chaosMillis) }
}
