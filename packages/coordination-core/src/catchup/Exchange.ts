/**
 * What peers say to each other directly: a question with a vector, an answer with facts.
 *
 * JSON over the port `Peers`. Either may carry facts that the other lacks, so one contact serves
 * both. Both sides name their mesh settings, so that a difference is said and a joining node learns
 * what it joins. Total decoding, as for facts. (docs/rules.md, 4, 7)
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { forkProofBytesMax } from "../fact/Fact.ts"
import { refusal, type Refusal } from "../fact/Refusal.ts"
import { list, text } from "../fact/Text.ts"
import { FactId, LogId } from "../identity/FactId.ts"
import { MeshSettings } from "../mesh/MeshSettings.ts"
import { marksMax, stretchesMax } from "./Difference.ts"

/** A message carries at most this many bytes of sealed facts. */
export const batchBytesMax = 256 * 1024

/** A message carries at most this many facts. */
export const batchFactsMax = 4096

const Place = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))
/** The longest sealed fact, as base64: a fork proof, and what a seal adds. */
const sealedLengthMax = Math.ceil((forkProofBytesMax + 1024) / 3) * 4
/** All sealed facts of a message, as base64, each with what it is padded by. */
const batchLengthMax = Math.ceil(batchBytesMax / 3) * 4 + 4 * batchFactsMax
const Facts = list(text(sealedLengthMax), batchFactsMax).check(
  Schema.makeFilter<ReadonlyArray<string>>((facts) =>
    facts.reduce((sum, { length }) => sum + length, 0) <= batchLengthMax, {
    message: `Expected at most ${batchBytesMax} bytes of sealed facts`
  })
)
const Head = Schema.Struct({ seq: Schema.Natural, id: FactId, top: Schema.optionalKey(Place) })
const Part = { log: LogId, after: Schema.Natural }

const Question = Schema.Struct({
  v: Schema.Literal(1),
  /** Absent while the asking node has not joined a mesh yet. */
  settings: Schema.optionalKey(MeshSettings),
  vector: Schema.Record(LogId, Head),
  /** The vector is of the logs after this one … */
  after: Schema.optionalKey(LogId),
  /** … up to this one; of all where neither is named. */
  upTo: Schema.optionalKey(LogId),
  search: Schema.optionalKey(Schema.Struct({ ...Part, upTo: Place })),
  /** What the peer lacks by its last answer: sealed facts, base64. */
  given: Schema.optionalKey(Facts)
})
export type Question = typeof Question.Type

const Answer = Schema.Struct({
  v: Schema.Literal(1),
  settings: MeshSettings,
  /** Sealed facts, base64, each log in order. */
  facts: Facts,
  /** Whether there is more to ask for. */
  more: Schema.Boolean,
  /** What the answering node lacks itself. */
  lacks: Schema.optionalKey(list(Schema.Struct({ log: LogId, from: Place, upTo: Place }), stretchesMax)),
  marks: Schema.optionalKey(Schema.Struct({
    ...Part,
    sums: list(Schema.Tuple([Place, text(48)]), marksMax)
  }))
})
export type Answer = typeof Answer.Type

const decodeWith = <A, E extends { readonly message: string }>(
  decode: (input: unknown) => Result.Result<A, E>
) =>
(json: string): Result.Result<A, Refusal> =>
  Result.mapError(decode(json), (error) => refusal("bad_data", error.message.replaceAll("\n", " ")))

export const question = decodeWith(Schema.decodeUnknownResult(Schema.fromJsonString(Question)))
export const answer = decodeWith(Schema.decodeUnknownResult(Schema.fromJsonString(Answer)))
