/**
 * A ruling: what a person decides, sealed by the person's own key.
 *
 * It travels inside a fact of any node. Its id is the hash of its own payload, so the same ruling
 * carried twice is one ruling. Rulings decide sessions, and they alone add or revoke people and
 * members. (docs/rules.md, 7)
 */
import * as Schema from "effect/Schema"
import { SessionId } from "../fact/SessionFacts.ts"
import { list, text } from "../fact/Text.ts"
import { LogNonce } from "../identity/FactId.ts"
import { NodeId, PersonId } from "../identity/NodeId.ts"

/** SHA-256 of a ruling's payload: 64 hexadecimal digits. */
export const RulingId = Schema.String.pipe(
  Schema.check(Schema.isPattern(/^[0-9a-f]{64}$/, { message: "Expected a ruling id (64 hex digits)" })),
  Schema.brand("RulingId")
)
export type RulingId = typeof RulingId.Type

/**
 * Decides a session; `replaces` names the earlier rulings that this one takes the place of, and the
 * verdict says whether the alert that opened it mattered. One that was sealed as a default says from
 * when on it was to hold; no rule rests on that, it is for people to read.
 */
const DecideSession = Schema.Struct({
  kind: Schema.Literal("decide_session"),
  session_id: SessionId,
  decision: text(2000),
  verdict: Schema.optionalKey(Schema.Literals(["confirmed", "dismissed"])),
  replaces: list(RulingId, 16),
  holds_from: Schema.optionalKey(text(40))
})

const AddPerson = Schema.Struct({
  kind: Schema.Literal("add_person"),
  person: PersonId,
  name: text(64)
})

const RevokePerson = Schema.Struct({
  kind: Schema.Literal("revoke_person"),
  person: PersonId,
  because: text(280)
})

const AddMember = Schema.Struct({
  kind: Schema.Literal("add_member"),
  node: NodeId,
  name: text(64)
})

/** Beyond the last valid place of each log, and in logs not named, the member is banned. */
const RevokeMember = Schema.Struct({
  kind: Schema.Literal("revoke_member"),
  node: NodeId,
  last_places: Schema.Record(LogNonce, Schema.Natural),
  because: text(280)
})

/** What a ruling says, as it travels. */
export const RulingPayload = Schema.Struct({
  v: Schema.Literal(1),
  by: PersonId,
  timestamp: text(40),
  ruling: Schema.Union([DecideSession, AddPerson, RevokePerson, AddMember, RevokeMember])
})
export type RulingPayload = typeof RulingPayload.Type

/** A ruling, opened. */
export interface Ruling extends RulingPayload {
  readonly id: RulingId
}
