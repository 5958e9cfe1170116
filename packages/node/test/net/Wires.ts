/**
 * What connects the nodes of a run: two halves that can be cut from each other, and how a node at
 * one place is reached from another.
 */
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

export interface Wires {
  /** What carries the messages, for people. */
  readonly says: string
  /** The command that starts a process at a place, without the process's own. */
  readonly via: (place: number) => ReadonlyArray<string>
  /** Where the node at a place listens. */
  readonly listen: (place: number) => string
  /** The host under which a place reaches servers of the run itself. */
  readonly host: (place: number) => string
  /** The address under which a place reaches the node at another. */
  readonly address: (from: number, to: number) => Effect.Effect<string, never, Scope.Scope>
  /** Tells where the node at a place came to listen. */
  readonly listens: (place: number, address: string) => void
  /** Nothing passes between the halves until it is healed; nobody is told. */
  readonly cut: Effect.Effect<void>
  readonly heal: Effect.Effect<void>
}

/** How bad the lines are. */
export interface Line {
  readonly delayMillis: number
  /** The share of packets that never arrive, from 0 to 1. */
  readonly loss: number
}

export const perfect: Line = { delayMillis: 0, loss: 0 }

/** Even places are one half, odd places the other. */
export const isAcross = (one: number, other: number): boolean => one % 2 !== other % 2
