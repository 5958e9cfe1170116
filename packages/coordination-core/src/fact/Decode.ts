/**
 * From bytes that someone sealed to a fact, or to a typed refusal. Total: it never throws.
 *
 * Two steps, because opening the seal of an embedded fact is the signer's work and not ours:
 *
 *     opened payload ──decode──▶ the fact and the sealed texts inside it ──complete──▶ the fact
 *
 * A payload must be the JSON that JavaScript itself would write: no doubled key, no blank, no
 * second way to say a thing, so one content has one id. (docs/rules.md, 4)
 */
import * as Record from "effect/Record"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaJITCompiler from "effect/schema/SchemaJITCompiler"
import { type FactId, FactId as FactIdSchema } from "../identity/FactId.ts"
import * as FactIds from "../identity/FactId.ts"
import * as Hash from "../identity/Hash.ts"
import type { Ruling } from "../ruling/Ruling.ts"
import { RulingId, RulingPayload } from "../ruling/Ruling.ts"
import * as Fact from "./Fact.ts"
import { type Data, isKnown, type MessageType, table, type Topic } from "./FactTable.ts"
import { type Refusal, refusal } from "./Refusal.ts"

/** A seal that was checked: the payload, and the peer id of the key that sealed it. */
export interface Opened {
  readonly payload: string
  readonly signer: string
}

/** A fact whose embedded facts are still sealed (base64). */
export interface Decoded {
  readonly fact: Fact.Fact
  readonly embedded: ReadonlyArray<string>
  readonly ruling: string | undefined
}

/** Compiled where the platform lets code be made, since every fact there is passes here. */
const decoderOf = <A>(schema: Schema.ConstraintCodec<A, unknown>) => {
  SchemaJITCompiler.enable(schema.ast)
  return Schema.decodeUnknownResult(schema)
}

const decodeHeader = decoderOf(Fact.Header)
const decodeRuling = decoderOf(RulingPayload)

/** One decoder a type, made once. */
const decoders = Record.map(table, (row) => decoderOf<Data>(row.data))

/** Decodes an opened payload; with a topic, also whether the fact belongs there. */
export const decode = (opened: Opened, topic?: Topic): Result.Result<Decoded, Refusal> =>
  Result.flatMap(canonical(opened.payload, Fact.forkProofBytesMax), (record) =>
    decodeRecord(record, opened, topic, idOf))

/**
 * Decodes a payload that this node decoded when it came in, and kept under the id given: all is
 * looked at again but what the id stands for, its one way of writing and its hash.
 */
export const decodeKept = (opened: Opened, id: FactId): Result.Result<Decoded, Refusal> =>
  Result.flatMap(parse(opened.payload, Fact.forkProofBytesMax), (record) =>
    decodeRecord(record, opened, undefined, () => id))

// Plain returns: this runs for every fact there is, and a generator would double its cost.
const decodeRecord = (
  record: Record<string, unknown>,
  { payload, signer }: Opened,
  topic: Topic | undefined,
  identify: (payload: string) => FactId
): Result.Result<Decoded, Refusal> => {
  const header = headerOf(record, signer)
  if (Result.isFailure(header)) return Result.fail(header.failure)
  const inner = record["data"]
  if (!isRecord(inner)) return Result.fail(refusal("bad_data", "data is not an object"))
  const messageType = inner["message_type"]
  if (typeof messageType !== "string" || !isKnown(messageType)) {
    return isLonger(payload, Fact.bytesMax)
      ? Result.fail(tooLarge)
      : Result.succeed(unknownFact(header.success, identify(payload)))
  }
  const misplaced = misplacement(header.success, messageType, topic, payload)
  if (misplaced !== undefined) return Result.fail(misplaced)
  const data = mapError(decoders[messageType](inner), "bad_data")
  if (Result.isFailure(data)) return Result.fail(data.failure)
  const travelled = hopsExceeded(header.success, data.success)
  if (travelled !== undefined) return Result.fail(travelled)
  return Result.succeed(decodedOf(header.success, identify(payload), data.success))
}

const decodedOf = (header: Fact.Header, id: FactId, data: Data): Decoded => ({
  fact: { ...header, id, data, embedded: [] },
  embedded: "embedded" in data ? data.embedded ?? [] : [],
  ruling: data.message_type === "ruling" ? data.ruling : undefined
})

/** Puts the opened inner facts into their fact, if they are of the types that its row allows. */
export const complete = (
  decoded: Decoded,
  embedded: ReadonlyArray<Fact.Fact>,
  ruling?: Ruling
): Result.Result<Fact.Fact, Refusal> => {
  const { data } = decoded.fact
  if (data.message_type === "unknown") return Result.succeed(decoded.fact)
  const allowed = table[data.message_type].embeds
  const stranger = embedded.find((fact) => allowed !== "any" && fact.data.message_type !== allowed)
  if (embedded.length !== decoded.embedded.length) {
    return Result.fail(refusal("bad_embedded", "not all that is inside could be read"))
  }
  if (stranger !== undefined) {
    return Result.fail(
      refusal("bad_embedded", `${data.message_type} embeds a ${stranger.data.message_type}`)
    )
  }
  if (data.message_type === "ruling" && ruling === undefined) {
    return Result.fail(refusal("bad_embedded", "the ruling inside could not be read"))
  }
  return Result.succeed({
    ...decoded.fact,
    embedded,
    ...(ruling === undefined ? {} : { ruling })
  })
}

/** Decodes the payload of a ruling that a person sealed. */
export const ruling = (opened: Opened): Result.Result<Ruling, Refusal> =>
  Result.gen(function*() {
    const record = yield* canonical(opened.payload, Fact.bytesMax)
    const payload = yield* mapError(decodeRuling(record), "bad_data")
    if (payload.by !== opened.signer) {
      return yield* Result.fail(refusal("wrong_signer", "the ruling is by another key"))
    }
    return { ...payload, id: RulingId.make(Hash.ofText(opened.payload)) }
  })

/** The id of a payload. */
export const idOf = (payload: string): FactId => FactIdSchema.make(Hash.ofText(payload))

const tooLarge = refusal("too_large", `a fact holds at most ${Fact.bytesMax} bytes`)
const notCanonical = refusal("not_canonical", "the payload is not the canonical JSON of an object")

/** A character takes one to three bytes, so bytes are counted only where it is a close thing. */
const isLonger = (payload: string, bytesMax: number): boolean =>
  payload.length > bytesMax || (payload.length * 3 > bytesMax && Hash.byteLength(payload) > bytesMax)

const parse = (
  payload: string,
  bytesMax: number
): Result.Result<Record<string, unknown>, Refusal> => {
  if (isLonger(payload, bytesMax)) return Result.fail(tooLarge)
  try {
    const value: unknown = JSON.parse(payload)
    return isRecord(value) ? Result.succeed(value) : Result.fail(notCanonical)
  } catch {
    return Result.fail(refusal("not_canonical", "the payload is not JSON"))
  }
}

const canonical = (
  payload: string,
  bytesMax: number
): Result.Result<Record<string, unknown>, Refusal> =>
  Result.flatMap(parse(payload, bytesMax), (value) =>
    hasDepth(value, Fact.depthMax) && JSON.stringify(value) === payload
      ? Result.succeed(value)
      : Result.fail(notCanonical))

/** Is a value nested at most so deep? */
const hasDepth = (value: unknown, levels: number): boolean =>
  typeof value !== "object" || value === null ||
  (levels > 0 && Object.values(value).every((inner) => hasDepth(inner, levels - 1)))

const headerOf = (
  record: Record<string, unknown>,
  signer: string
): Result.Result<Fact.Header, Refusal> => {
  const v = record["v"]
  if (typeof v === "number" && v > Fact.version) {
    return Result.fail(refusal("newer_version", `version ${v} is newer than ${Fact.version}`))
  }
  return Result.flatMap(mapError(decodeHeader(record), "bad_envelope"), (header) => {
    if (header.from !== signer) {
      return Result.fail(refusal("wrong_signer", `${header.from} did not seal this`))
    }
    if (FactIds.author(header.log) !== header.from) {
      return Result.fail(refusal("bad_envelope", "the log is another author's"))
    }
    return (header.seq === 1) === (header.prev === undefined)
      ? Result.succeed(header)
      : Result.fail(refusal("bad_envelope", "a fact has a predecessor unless it is the first"))
  })
}

const misplacement = (
  header: Fact.Header,
  messageType: MessageType,
  topic: Topic | undefined,
  payload: string
): Refusal | undefined => {
  const row = table[messageType]
  if (header.type !== row.envelope) {
    return refusal("wrong_type", `${messageType} travels as ${row.envelope}`)
  }
  if (topic !== undefined && topic !== row.topic) {
    return refusal("wrong_topic", `${messageType} travels on ${row.topic}`)
  }
  return messageType !== "fork_proven" && isLonger(payload, Fact.bytesMax) ? tooLarge : undefined
}

const hopsExceeded = (header: Fact.Header, data: Data): Refusal | undefined =>
  data.message_type === "dependency_detected" &&
    Math.max(header.hop_count ?? 0, data.hop_count) >= data.max_hops
    ? refusal("hops_exceeded", `the dependency travelled ${data.max_hops} hops`)
    : undefined

const unknownFact = (header: Fact.Header, id: FactId): Decoded => ({
  fact: { ...header, id, data: { message_type: "unknown" }, embedded: [] },
  embedded: [],
  ruling: undefined
})

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const mapError = <A, E extends { readonly message: string }>(
  result: Result.Result<A, E>,
  reason: "bad_envelope" | "bad_data"
): Result.Result<A, Refusal> =>
  Result.mapError(result, (error) => refusal(reason, error.message.replaceAll("\n", " ")))
