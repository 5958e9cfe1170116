/**
 * What a checker of invariants is told while a simulation runs, and at its end.
 */
import type { SlurpEvent } from "@chorus/coordination-core/slurp/SlurpEvent"
import type * as Driver from "@chorus/runtime/Driver"
import type { Member } from "./Member.ts"

/** A checker hears what happens, and looks at everything at the end. */
export interface Checker {
  readonly committed?: (by: Member, committed: Driver.Committed) => void
  readonly delivered?: (by: string, event: SlurpEvent) => void
  /** The chaos is over, and nothing has healed yet. */
  readonly weathered?: () => void
  readonly ended?: () => void
}
