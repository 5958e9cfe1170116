/**
 * The port to the keys: seal a payload as this node, open what anybody sealed.
 *
 * Promises: what one signer seals, every signer of its kind opens to the same payload and the peer
 * id of the sealing key; a seal for one purpose does not open as another; a seal that was changed
 * in any byte, or is written in any other way than `seal` writes it, is refused. `read` opens what
 * this node opened before, without checking it again.
 *
 * Not promised: that two seals of one payload are the same bytes, secrecy.
 *
 * The contract is `@chorus/port-contracts/SignerContract`.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Opened } from "../fact/Decode.ts"
import type { NodeId } from "../identity/NodeId.ts"

/** The seal is broken, of another purpose, or not written as `seal` writes it. */
export class SealError extends Schema.TaggedError<SealError>()("SealError", {
  message: Schema.String
}) {}

/** What a seal is for. */
export type Purpose = "fact" | "signal" | "ruling"

export interface SignerShape {
  /** The peer id of the key: a node's, or a person's where rulings are sealed. */
  readonly self: NodeId
  readonly seal: (purpose: Purpose, payload: string) => Effect.Effect<Uint8Array>
  readonly open: (purpose: Purpose, sealed: Uint8Array) => Effect.Effect<Opened, SealError>
  readonly read: (purpose: Purpose, sealed: Uint8Array) => Effect.Effect<Opened, SealError>
}

export class Signer extends Context.Service<Signer, SignerShape>()(
  "@chorus/coordination-core/ports/Signer"
) {}
