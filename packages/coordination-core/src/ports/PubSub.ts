/**
 * The port to the mesh's topics: publish to all, hear from all.
 *
 * Promises: once news of a subscription got around, what is published arrives byte for byte at the
 * listener, at most once while it is remembered; a listener's verdict decides whether the message
 * is handed on; closing the scope unsubscribes; publishing to nobody succeeds; a node does not hear
 * itself.
 *
 * Not promised: order, delivery (a partition loses messages; catch-up brings facts back), how soon
 * a subscription gets around, who the author is (that is the seal's business), persistence.
 *
 * The contract is `@chorus/port-contracts/PubSubContract`.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { Topic } from "../fact/FactTable.ts"
import type { Verdict } from "../fact/Refusal.ts"
import type { NodeId } from "../identity/NodeId.ts"

/**
 * The mesh cannot be reached, the message is larger than it carries, or the topic has a listener.
 * The message of the error names the limit, or the topic.
 */
export class PubSubError extends Schema.TaggedError<PubSubError>()("PubSubError", {
  message: Schema.String,
  cause: Schema.optionalKey(Schema.Defect())
}) {}

/** A message holds at most this many bytes: 64 KiB. */
export const messageBytesMax = 64 * 1024

/** Judges one message that `forwarder` handed over, and takes it in when it is worth it. */
export type Listener = (message: Uint8Array, forwarder: NodeId) => Effect.Effect<Verdict>

export class PubSub extends Context.Service<PubSub, {
  /** Sends a message of at most `messageBytesMax` to everyone on the topic. */
  readonly publish: (topic: Topic, message: Uint8Array) => Effect.Effect<void, PubSubError>
  /** Hears a topic until the scope closes; a topic has one listener a node. */
  readonly subscribe: (
    topic: Topic,
    listener: Listener
  ) => Effect.Effect<void, PubSubError, Scope.Scope>
}>()("@chorus/coordination-core/ports/PubSub") {}
