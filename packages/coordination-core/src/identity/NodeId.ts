/**
 * Who signs: the libp2p peer id of a node, and the same form for a person's key.
 *
 * A peer id names an Ed25519 public key (base58, 52 characters for that kind); whoever holds the
 * key is that node. A person's key is never a node's key. (docs/rules.md, 5 and 7)
 */
import * as Schema from "effect/Schema"

const isPeerId = Schema.isPattern(/^[1-9A-HJ-NP-Za-km-z]{46,64}$/, {
  message: "Expected a libp2p peer id (46 to 64 base58 characters)"
})

/** The peer id of a node. */
export const NodeId = Schema.String.pipe(Schema.check(isPeerId), Schema.brand("NodeId"))
export type NodeId = typeof NodeId.Type

/** The peer id of a person's key. */
export const PersonId = Schema.String.pipe(Schema.check(isPeerId), Schema.brand("PersonId"))
export type PersonId = typeof PersonId.Type

/** The last eight characters: enough for an eye, never for a rule. */
export const short = (id: NodeId | PersonId): string => id.slice(-8)
