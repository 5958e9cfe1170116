/**
 * A detector as it is measured: tasks arrive, leave, and turn out to have been linked.
 *
 * Tasks are called by their place in the history. A ranker sees neither authors nor links but those
 * that it is told of, each when it becomes known.
 */
import type { Questions } from "./History.ts"
import type { Recorded } from "../replay/Recording.ts"

/** A candidate and how sure the ranker is. */
export interface Ranked {
  readonly at: number
  readonly score: number
}

/** The candidates of a task, the surest first, at most `limit`. */
export type Answer = (limit: number) => ReadonlyArray<Ranked>

export interface Ranker {
  /** Takes a task in. What it answers stands until the next call. */
  readonly arrive: (at: number) => Answer
  /** A task that left the window; the oldest first. */
  readonly forget: (at: number) => void
  /** Of two tasks, the first turned out to depend on the second. */
  readonly confirm: (from: number, to: number, nowMillis: number) => void
  /**
   * Which candidates it alerts. Without one, thresholds are chosen afterwards, over the best three
   * candidates of each task.
   */
  readonly alarm?: (answer: Answer, at: number) => ReadonlyArray<Ranked>
}

export interface Row {
  /** As `--rows` takes it. */
  readonly id: string
  readonly title: string
  /** Whether it sees titles alone. */
  readonly titlesOnly?: boolean
  /** Whether its scores are meant as probabilities. */
  readonly confident?: boolean
  /** Whether it is told which links became known. */
  readonly feedback?: boolean
  readonly make: (tasks: ReadonlyArray<Recorded>, windowStart: Questions["windowStart"]) => Ranker
}

/** A task is alerted with at most so many others. */
export const alertsMax = 3
