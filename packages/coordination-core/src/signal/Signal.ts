/**
 * A signal: sealed and sent like a fact, but not kept. What is true for a moment only.
 *
 * A heartbeat tells what its node holds, as one digest; "I am planning" renews the planner's
 * lease. A signal has no place in a log and no effect on replicated state. (docs/rules.md, 4)
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Opened } from "../fact/Decode.ts"
import { version } from "../fact/Fact.ts"
import type { Topic } from "../fact/FactTable.ts"
import { type Refusal, refusal } from "../fact/Refusal.ts"
import { text } from "../fact/Text.ts"
import { isoOf } from "../fact/Writer.ts"
import { NodeId } from "../identity/NodeId.ts"

const Heartbeat = Schema.Struct({
  message_type: Schema.Literal("heartbeat"),
  /** The hash of what the node holds, as `CatchUp.digest` makes it. */
  digest: text(64)
})

const Planning = Schema.Struct({
  message_type: Schema.Literal("planning"),
  session_id: text(100),
  round: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 3 }))
})

const Payload = Schema.Struct({
  v: Schema.Literal(version),
  type: Schema.Literals(["availability_broadcast", "meta_discussion"]),
  from: NodeId,
  timestamp: text(40),
  data: Schema.Union([Heartbeat, Planning])
})
export type Signal = typeof Payload.Type
export type SignalData = Signal["data"]

/** Where each signal travels, and inside which envelope type. */
const places: Readonly<Record<SignalData["message_type"], { type: Signal["type"]; topic: Topic }>> = {
  heartbeat: { type: "availability_broadcast", topic: "CHORUS/coordination/v1" },
  planning: { type: "meta_discussion", topic: "hmmm/meta-discussion/v1" }
}

export const topicOf = (data: SignalData): Topic => places[data.message_type].topic

/** The payload of a signal, to be sealed. */
export const write = (from: NodeId, data: SignalData, wallMillis: number): string =>
  JSON.stringify({
    v: version,
    type: places[data.message_type].type,
    from,
    timestamp: isoOf(wallMillis),
    data
  })

const decodePayload = Schema.decodeUnknownResult(Schema.fromJsonString(Payload))

/** A signal holds at most this many bytes. */
const lengthMax = 1024

/** Decodes an opened signal. Total: it never throws. */
export const decode = (opened: Opened, topic?: Topic): Result.Result<Signal, Refusal> => {
  if (opened.payload.length > lengthMax) {
    return Result.fail(refusal("too_large", `a signal holds at most ${lengthMax} characters`))
  }
  const decoded = decodePayload(opened.payload)
  if (Result.isFailure(decoded)) {
    return Result.fail(refusal("bad_data", decoded.failure.message.replaceAll("\n", " ")))
  }
  const signal = decoded.success
  if (signal.from !== opened.signer) {
    return Result.fail(refusal("wrong_signer", `${signal.from} did not seal this`))
  }
  return topic === undefined || topic === topicOf(signal.data)
    ? Result.succeed(signal)
    : Result.fail(refusal("wrong_topic", `${signal.data.message_type} travels elsewhere`))
}
