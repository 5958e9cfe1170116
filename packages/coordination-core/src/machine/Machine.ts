/**
 * The shape of a local machine: one node's own business as a pure step.
 *
 *     input ──▶ decide(state, input, context) ──▶ { state, drafts, outputs }
 *
 * `context` is what the machine may read beside its state: the moment, the replica, the settings.
 * `drafts` are unsigned facts; the driver numbers, chains and seals them and feeds them back like
 * anybody's facts. `outputs` are requests to the world, performed after the commit. Every machine
 * keeps the laws of `testing/Laws.ts`: total, deterministic, bounded. (docs/rules.md, 3)
 */
import type { Draft } from "../fact/Draft.ts"

/** What a machine answers to one input. */
export interface Decision<State, Output> {
  readonly state: State
  readonly drafts: ReadonlyArray<Draft>
  readonly outputs: ReadonlyArray<Output>
}

/** A machine: where it starts, and its step. */
export interface Machine<State, Input, Context, Output> {
  readonly initial: State
  readonly decide: (state: State, input: Input, context: Context) => Decision<State, Output>
}

/** The decision that changes nothing and asks for nothing. */
export const nothing = <State>(state: State): Decision<State, never> => ({
  state,
  drafts: [],
  outputs: []
})

/**
 * A moment, as every timed input carries it. `monotonicMillis` never runs backwards and measures
 * deadlines; `wallMillis` (since 1970, UTC) is for show and for what outlives a restart.
 */
export interface Moment {
  readonly monotonicMillis: number
  readonly wallMillis: number
}
