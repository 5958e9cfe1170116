/**
 * Facts that were read not long ago, by the sealed text in which others embed them.
 *
 * A claim stands in the store itself and inside every opening about it, and a vote inside its
 * certificate: the very same bytes, so they are read once.
 */
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import * as Base64 from "effect/encoding/Base64"

export type Met = Map<string, Fact>

/** The texts that are remembered, about a kilobyte each; the oldest goes. */
export const max = 8192

export const none = (): Met => new Map()

/** Remembers a fact of the two types that are embedded again and again, and embed nothing. */
export const add = (met: Met, sealed: Uint8Array, fact: Fact): void => {
  const { message_type: type } = fact.data
  if (type !== "task_claimed" && type !== "coordination_response") return
  met.set(Base64.encode(sealed), fact)
  if (met.size <= max) return
  for (const oldest of met.keys()) {
    met.delete(oldest)
    break
  }
}
