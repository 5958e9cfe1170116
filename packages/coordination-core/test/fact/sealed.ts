/**
 * Facts as they travel, for tests: payloads by hand, and a seal that is only base64.
 *
 * A real seal adds a key, a signature and a purpose; opening it gives what `opened` gives here.
 */
import * as Base64 from "effect/encoding/Base64"
import * as Result from "effect/Result"
import * as Decode from "@chorus/coordination-core/fact/Decode"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import type { Topic } from "@chorus/coordination-core/fact/FactTable"
import type { Refusal } from "@chorus/coordination-core/fact/Refusal"
import * as Paper from "@chorus/coordination-core/testing/Paper"

export const author = Paper.node("author")
export const nonce = "0123456789abcdef"

/** The envelope of the author's first fact, around any data, with some fields changed. */
export const envelope = (data: unknown, changed: object = {}) => ({
  v: 1,
  type: "meta_discussion",
  from: author,
  timestamp: "2025-09-30T10:00:00.000Z",
  log: `${author}/${nonce}`,
  seq: 1,
  live_from: {},
  data,
  ...changed
})

/** A message that decodes. */
export const message = (content: string, changed: object = {}) =>
  envelope({ message_type: "session_message", session_id: "s", from_agent: "m1", content }, changed)

/** Decodes a payload (text, or what JSON makes of it) that the author sealed. */
export const decode = (payload: unknown, topic?: Topic) =>
  Decode.decode(
    { payload: typeof payload === "string" ? payload : JSON.stringify(payload), signer: author },
    topic
  )

/** The reason for which a payload is refused; undefined when it is accepted. */
export const reasonOf = <A>(result: Result.Result<A, Refusal>): Refusal["reason"] | undefined =>
  Result.isFailure(result) ? result.failure.reason : undefined

/** Opens a payload whole: what it embeds is opened first, under the seal of whom it says it is from. */
export const whole = (payload: string): Fact => {
  const decoded = Result.getOrThrow(Decode.decode(opened(payload)))
  const embedded = decoded.embedded.map((sealed) => whole(unsealed(sealed)))
  const ruling = decoded.ruling === undefined
    ? undefined
    : Result.getOrThrow(Decode.ruling(opened(unsealed(decoded.ruling))))
  return Result.getOrThrow(Decode.complete(decoded, embedded, ruling))
}

export const seal = (payload: string): string => Base64.encode(payload)

const unsealed = (sealed: string): string => Result.getOrThrow(Base64.decodeString(sealed))

/** The payload, as sealed by the key that it names. */
export const opened = (payload: string): Decode.Opened => {
  const { by, from } = JSON.parse(payload) as { readonly by?: string; readonly from?: string }
  return { payload, signer: from ?? by ?? "" }
}
