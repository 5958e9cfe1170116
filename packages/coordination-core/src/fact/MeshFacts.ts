/**
 * What nodes state about the mesh itself: rulings they carry, alerts muted, forks proven.
 *
 * A ruling is sealed by a person's key inside whatever fact carries it, so the carrier lends it
 * nothing. A fork proof embeds two facts that stand at one place. (docs/rules.md, 4, 6 and 7)
 */
import * as Schema from "effect/Schema"
import { AgentName } from "../identity/AgentId.ts"
import { FactId, LogId } from "../identity/FactId.ts"
import { TaskKey } from "../identity/TaskKey.ts"
import { list, text } from "./Text.ts"

/** Carries a ruling, sealed by a person's key (base64). */
export const RulingCarried = Schema.Struct({
  message_type: Schema.Literal("ruling"),
  ruling: text(16384)
})

/** How far a mute reaches from the alert that it is stated at: its pair, its rule, its repositories. */
export const Covers = Schema.Literals(["pair", "rule", "repositories"])
export type Covers = typeof Covers.Type

/**
 * Silences the alert about a pair of tasks, or what it `covers` beyond that: to a version that does
 * not know the field, the pair alone. A mute never changes a session.
 */
export const AlertMuted = Schema.Struct({
  message_type: Schema.Literal("alert_muted"),
  task1: TaskKey,
  task2: TaskKey,
  agent_id: AgentName,
  because: text(280),
  covers: Schema.optionalKey(Covers),
  rule: Schema.optionalKey(text(64))
})

/** Takes back a mute of the same node. */
export const MuteLifted = Schema.Struct({
  message_type: Schema.Literal("mute_lifted"),
  mute: FactId,
  task1: TaskKey,
  task2: TaskKey,
  agent_id: AgentName,
  covers: Schema.optionalKey(Covers)
})

/** Proves that the author of a log stated two things at one place. */
export const ForkProven = Schema.Struct({
  message_type: Schema.Literal("fork_proven"),
  log: LogId,
  seq: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)),
  embedded: list(text(65536), 2).check(Schema.isMinLength(2))
})
