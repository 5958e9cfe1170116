/**
 * Seeds that once failed, and what was wrong; each stays green from then on.
 */
export interface Regression {
  readonly seed: number
  readonly nodes: number
  readonly hours: number
  readonly invariant: string
  /** What the fault was. */
  readonly fault: string
}

export const regressions: ReadonlyArray<Regression> = []
