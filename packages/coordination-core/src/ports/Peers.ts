/**
 * The port to single peers: who is connected, and a question to one of them.
 *
 * Promises: `changes` begins with the peers that are connected already; a request is answered by
 * the peer's server byte for byte, or fails within 30 seconds; several requests to one peer may be
 * under way at once; a failing server fails the request and nothing else.
 *
 * Not promised: that a connected peer answers, that `gone` comes soon, that a peer is honest.
 *
 * The contract is `@chorus/port-contracts/PeersContract`.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { NodeId } from "../identity/NodeId.ts"

/** The peer is gone, refused, or did not answer in time or in size. */
export class PeersError extends Schema.TaggedError<PeersError>()("PeersError", {
  message: Schema.String,
  cause: Schema.optionalKey(Schema.Defect())
}) {}

export type PeerChange =
  | { readonly _tag: "Connected"; readonly peer: NodeId }
  | { readonly _tag: "Gone"; readonly peer: NodeId }

/** A connection with a peer. */
export interface Link {
  readonly peer: NodeId
  /** Where the peer is, as a multiaddr. */
  readonly address: string
  /** When it began, on the clock of this machine. */
  readonly sinceMillis: number
}

/** Answers a peer's request. */
export type Server = (request: Uint8Array, peer: NodeId) => Effect.Effect<Uint8Array, PeersError>

/** A request or an answer holds at most this many bytes. */
export const messageBytesMax = 1024 * 1024

export class Peers extends Context.Service<Peers, {
  readonly self: NodeId
  /** Where others can reach this node, as multiaddrs; empty where that means nothing. */
  readonly addresses: Effect.Effect<ReadonlyArray<string>>
  /** The connections that there are; empty where that means nothing. */
  readonly links: Effect.Effect<ReadonlyArray<Link>>
  readonly changes: Stream.Stream<PeerChange>
  readonly request: (peer: NodeId, request: Uint8Array) => Effect.Effect<Uint8Array, PeersError>
  /** Answers requests until the scope closes; there is one server a node. */
  readonly serve: (server: Server) => Effect.Effect<void, PeersError, Scope.Scope>
}>()("@chorus/coordination-core/ports/Peers") {}
