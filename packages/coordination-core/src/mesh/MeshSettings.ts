/**
 * What all nodes of a mesh agree on: who founded it, and the terms of its sessions.
 *
 * The names and values are the seed's. A session carries its terms inside its identity, and nodes
 * attend only to sessions with their mesh's terms; peers compare settings when they meet and say
 * where they differ. (docs/rules.md, 7)
 */
import * as Schema from "effect/Schema"
import { policies, type Terms } from "../fact/SessionFacts.ts"
import { NodeId, PersonId } from "../identity/NodeId.ts"

export const MeshSettings = Schema.Struct({
  /** The key of the person who founded the mesh; only rulings add others. */
  founder: PersonId,
  /** Whose facts enter: everybody's (an honour system), or those of nodes that rulings list. */
  membership: Schema.Literals(["open", "listed"]),
  /** In a listed mesh the node that founded it: without one member no ruling could enter. */
  firstMember: Schema.optionalKey(NodeId),
  policy: Schema.Literals(policies),
  maxParticipants: Schema.Int.check(Schema.isBetween({ minimum: 2, maximum: 10 })),
  /** A session escalates with the message after this many. */
  escalationThreshold: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1000 })),
  /** A session that is still active after this long escalates. */
  maxSessionDurationMillis: Schema.Int.check(
    Schema.isBetween({ minimum: 1000, maximum: 2_592_000_000 })
  ),
  /** A dependency that travelled this many hops is refused. */
  coordinationHops: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 16 }))
})
export type MeshSettings = typeof MeshSettings.Type

/** The seed's defaults. */
export const defaults = (founder: PersonId): MeshSettings => ({
  founder,
  membership: "open",
  policy: "allButOne",
  maxParticipants: 5,
  escalationThreshold: 10,
  maxSessionDurationMillis: 30 * 60_000,
  coordinationHops: 3
})

/** The terms that sessions of this mesh have. */
export const terms = (settings: MeshSettings): Terms => ({
  policy: settings.policy,
  max_participants: settings.maxParticipants,
  max_messages: settings.escalationThreshold,
  max_duration_ms: settings.maxSessionDurationMillis
})

/** Are these the terms of this mesh? */
export const attends = (settings: MeshSettings, offered: Terms): boolean => {
  const own = terms(settings)
  return own.policy === offered.policy && own.max_participants === offered.max_participants &&
    own.max_messages === offered.max_messages && own.max_duration_ms === offered.max_duration_ms
}

/** Where two settings differ, a line each; empty when they are the same. */
export const differences = (own: MeshSettings, other: MeshSettings): ReadonlyArray<string> =>
  Object.keys(MeshSettings.fields).flatMap((name) => {
    // The fields of the schema are the keys of its type.
    const field = name as keyof MeshSettings
    return own[field] === other[field]
      ? []
      : [`${field} is ${own[field] ?? "not set"} here and ${other[field] ?? "not set"} there`]
  })
