/**
 * Seeds that once failed, and what was wrong; each stays green from then on.
 */
import type { Asked } from "../src/Shape.ts"

export interface Regression {
  readonly seed: number
  /** What was asked for beside the seed. */
  readonly asked: Asked
  readonly invariant: string
  /** What the fault was. */
  readonly fault: string
}

export const regressions: ReadonlyArray<Regression> = [
  {
    seed: 10644,
    asked: {},
    invariant: "I11",
    fault: "a session forgotten before the first tick after a restart was attended to for good"
  }
]
