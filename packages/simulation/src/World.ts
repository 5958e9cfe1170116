/**
 * The world that all members of one simulation share: time, fibers, network, trace, and who is
 * told what struck.
 */
import type { SlurpSink } from "@chorus/coordination-core/ports/SlurpSink"
import type { Chance } from "./Chance.ts"
import type * as Faults from "./Faults.ts"
import type { Fibers } from "./Fibers.ts"
import type { Network } from "./Network.ts"
import type { Timeline } from "./Timeline.ts"
import type { Trace } from "./Trace.ts"

export interface World {
  readonly chance: Chance
  readonly timeline: Timeline
  readonly fibers: Fibers
  readonly network: Network
  readonly trace: Trace
  readonly struck: (kind: Faults.Kind) => void
  /** The sink of a member's process; all bring to the same place. */
  readonly sink: (member: string) => SlurpSink["Service"]
}
