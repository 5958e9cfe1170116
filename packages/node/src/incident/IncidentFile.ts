/**
 * What a node lived, as a file: who it is, the mesh's settings, and every fact it stored.
 *
 *     {"v":1,"node":"12D3Koo…","mesh":{…}}
 *     {"seen_at_ms":1800000000000,"sealed":"CiQI…"}
 *
 * One fact a line, in the order in which the node stored them; the seals stay on, so whoever reads
 * the file can check who said what.
 */
import { NodeId } from "@chorus/coordination-core/identity/NodeId"
import { MeshSettings } from "@chorus/coordination-core/mesh/MeshSettings"
import type { StoredFact } from "@chorus/coordination-core/ports/FactStore"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Schema from "effect/Schema"
import { createReadStream } from "node:fs"
import { createInterface } from "node:readline"
import * as Failure from "../cli/Failure.ts"
import * as Print from "../cli/Print.ts"

const Head = Schema.Struct({ v: Schema.Literal(1), node: NodeId, mesh: MeshSettings })
export type Head = typeof Head.Type

const Line = Schema.Struct({ seen_at_ms: Schema.Int, sealed: Schema.Uint8ArrayFromBase64 })

/** A fact of the file. */
export interface Lived {
  readonly seenAtMillis: number
  readonly sealed: Uint8Array
}

export interface Incident extends Head {
  readonly facts: ReadonlyArray<Lived>
}

export const headLine = (head: Head): string => `${JSON.stringify(head)}\n`

export const factLine = ({ sealed, seenAtMillis }: StoredFact): string =>
  `${JSON.stringify({ seen_at_ms: seenAtMillis, sealed: Base64.encode(sealed) })}\n`

/** Reads a file; a line that is not of this form ends the reading with its number. */
export const read = Effect.fnUntraced(function*(path: string): Effect.fn.Return<Incident, Failure.Failure> {
  const [first = "", ...rest] = yield* linesOf(path)
  const head = yield* decoded(path, 1, Head, first)
  const facts = yield* Effect.forEach(rest.filter((line) => line.trim() !== ""), (line, at) =>
    Effect.map(decoded(path, at + 2, Line, line), ({ sealed, seen_at_ms }): Lived => ({
      seenAtMillis: seen_at_ms,
      sealed
    })))
  return { ...head, facts }
})

const decoded = <S extends Schema.ConstraintDecoder<unknown>>(
  path: string,
  number: number,
  schema: S,
  line: string
): Effect.Effect<S["Type"], Failure.Failure> =>
  Effect.mapError(
    Effect.fromResult(Schema.decodeUnknownResult(Schema.fromJsonString(schema))(line)),
    ({ message }) => Failure.make("failure", `${path}:${number} is no line of an exported log: ` +
      Print.oneLine(message))
  )

const linesOf = (path: string) =>
  Effect.tryPromise({
    try: async () => {
      const lines: Array<string> = []
      for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
        lines.push(line)
      }
      return lines
    },
    catch: (cause) =>
      Failure.make("failure", `${path} cannot be read: ${cause instanceof Error ? cause.message : cause}`)
  })
