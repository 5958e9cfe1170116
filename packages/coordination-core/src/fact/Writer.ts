/**
 * The writer: gives drafts their place in this process's log.
 *
 *     draft ──▶ number, predecessor, moment ──▶ canonical payload ──▶ decoded like anybody's
 *
 * A draft that would be refused elsewhere is refused here, before it gets a number. Since every
 * process start opens a new log, and a failed commit does too, no place is ever used twice. A log
 * that is old or long is followed by another.
 * (docs/rules.md, 4)
 */
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import type { FactId, LogId, LogNonce } from "../identity/FactId.ts"
import * as FactIds from "../identity/FactId.ts"
import type { NodeId } from "../identity/NodeId.ts"
import * as Decode from "./Decode.ts"
import type { Draft } from "./Draft.ts"
import { version } from "./Fact.ts"
import { table } from "./FactTable.ts"
import type { Refusal } from "./Refusal.ts"

export interface State {
  readonly node: NodeId
  readonly log: LogId
  /** The place that the next fact gets. */
  readonly next: number
  readonly last: FactId | undefined
}

/** A log ends when it has so many facts, or was written for so long: ten days. */
export const logFactsMax = 50_000
export const logMillisMax = 10 * 24 * 3_600_000

/** A numbered draft, ready to be sealed. */
export interface Written {
  readonly state: State
  readonly payload: string
  /** The fact without its embedded facts, which the caller has to open or knows already. */
  readonly decoded: Decode.Decoded
}

export interface Surroundings {
  readonly wallMillis: number
  /** The author's lowest place that still matters, per log. */
  readonly liveFrom: Readonly<Record<LogNonce, number>>
  /** The sealed facts (base64) that the draft embeds, in its order. */
  readonly embedded: ReadonlyArray<string>
}

/** A writer at the beginning of a new log. */
export const open = (node: NodeId, nonce: LogNonce): State => ({
  node,
  log: FactIds.log(node, nonce),
  next: 1,
  last: undefined
})

/**
 * Is it time for a new log? Of logs that ended the old ones can be dropped, so one that is written
 * for ever would stay for ever. (docs/rules.md, 4: retention)
 */
export const isOver = ({ next }: State, openMillis: number): boolean =>
  next > 1 && (next > logFactsMax || openMillis >= logMillisMax)

/** Writes a draft at the next place, or says why no node would take it. */
export const write = (
  state: State,
  draft: Draft,
  surroundings: Surroundings
): Result.Result<Written, Refusal> => {
  const row = table[draft.data.message_type]
  const payload = JSON.stringify({
    v: version,
    type: row.envelope,
    from: state.node,
    timestamp: isoOf(surroundings.wallMillis),
    log: state.log,
    seq: state.next,
    ...(state.last === undefined ? {} : { prev: state.last }),
    live_from: { ...surroundings.liveFrom },
    data: {
      ...draft.data,
      ...(draft.embed.length === 0 ? {} : { embedded: surroundings.embedded })
    }
  })
  return Result.map(Decode.decode({ payload, signer: state.node }, row.topic), (decoded) => ({
    state: { ...state, next: state.next + 1, last: decoded.fact.id },
    payload,
    decoded
  }))
}

/** The last moment that has a date, in milliseconds since 1970; a stranger may name a later one. */
const lastMillis = 8.64e15

/** A moment as the seed writes it: `2025-09-30T10:05:00.000Z`. */
export const isoOf = (wallMillis: number): string =>
  DateTime.formatIso(DateTime.makeUnsafe(Math.max(-lastMillis, Math.min(wallMillis, lastMillis))))
