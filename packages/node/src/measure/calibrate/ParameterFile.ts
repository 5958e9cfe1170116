/**
 * A file of parameters for the detector, as `chorus calibrate` writes it and a node takes it:
 *
 *     {"format":"chorus-detection-parameters-1","provenance":{…},"parameters":{"bias":1.4,…}}
 *
 * It holds each parameter that this version has, and no other. The provenance says what it was
 * made from; nothing reads it.
 */
import * as Parameters from "@chorus/coordination-core/detection/Parameters"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { readFileSync } from "node:fs"
import * as Failure from "../../cli/Failure.ts"
import { plainly } from "../../cli/Files.ts"
import * as Print from "../../cli/Print.ts"

const format = "chorus-detection-parameters-1"

export interface Provenance {
  readonly data: string
  readonly tasks: number
  readonly examples: number
  readonly made: string
}

export const text = (parameters: Parameters.Parameters, provenance: Provenance): string =>
  `${JSON.stringify({ format, provenance, parameters }, undefined, 2)}\n`

const File = Schema.Struct({
  format: Schema.Literal(format),
  provenance: Schema.optionalKey(Schema.Unknown),
  parameters: Schema.Record(Schema.String, Schema.Finite)
})

const decode = Schema.decodeUnknownResult(File)

/** What a file says, or in words why it says nothing. */
export const parse = (content: string): Result.Result<Parameters.Parameters, string> => {
  const json = Result.try((): unknown => JSON.parse(content))
  if (Result.isFailure(json)) return Result.fail("it is not JSON")
  const file = decode(json.success)
  if (Result.isFailure(file)) return Result.fail(Print.oneLine(file.failure.message))
  const { parameters } = file.success
  const missing = Object.keys(Parameters.defaults).find((name) => !Object.hasOwn(parameters, name))
  if (missing !== undefined) return Result.fail(`${missing} is missing`)
  const strange = Object.keys(parameters).find((name) => !Object.hasOwn(Parameters.defaults, name))
  if (strange !== undefined) return Result.fail(`${Print.cut(strange, 60)} is no parameter`)
  // Every name of the defaults is there, and every value is a number.
  return Result.succeed(parameters as Parameters.Parameters)
}

export const read = (path: string): Effect.Effect<Parameters.Parameters, Failure.Failure> =>
  Effect.try({
    try: () => readFileSync(path, "utf8"),
    catch: (cause) => Failure.make("usage", `${path} cannot be read: ${plainly(cause)}`)
  }).pipe(
    Effect.map(parse),
    Effect.flatMap((parsed) =>
      Result.isSuccess(parsed)
        ? Effect.succeed(parsed.success)
        : Effect.fail(Failure.make(
          "usage",
          `${path} holds no parameters: ${parsed.failure}; \`chorus calibrate\` writes such a file`
        ))
    )
  )

/** The parameters of a file; without one, those that come with this version. */
export const orDefaults = (path: string | undefined): Effect.Effect<Parameters.Parameters, Failure.Failure> =>
  path === undefined ? Effect.succeed(Parameters.defaults) : read(path)
