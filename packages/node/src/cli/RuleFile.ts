/**
 * Rules of a team's own, from the file that the setting `rules` names.
 */
import type { Rule } from "@chorus/coordination-core/detection/Rule"
import * as WordRule from "@chorus/coordination-core/detection/WordRule"
import * as Effect from "effect/Effect"
import * as Yaml from "effect/encoding/Yaml"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { readFileSync } from "node:fs"
import * as Failure from "./Failure.ts"
import { plainly } from "./Files.ts"
import * as Print from "./Print.ts"

const decode = Schema.decodeUnknownResult(WordRule.WordRules)

/** The rules of a file, or what is wrong with it; none without a file. */
export const read = (path: string | undefined): Effect.Effect<ReadonlyArray<Rule>, Failure.Failure> =>
  path === undefined ? Effect.succeed([]) : Effect.flatMap(
    Effect.try({
      try: () => readFileSync(path, "utf8"),
      catch: (cause) => Failure.make("usage", `the rules cannot be read: ${plainly(cause)}`)
    }),
    (text) => understood(path, text)
  )

/** The rules that a text writes, which may hold anything. */
export const understood = (path: string, text: string): Effect.Effect<ReadonlyArray<Rule>, Failure.Failure> =>
  Effect.flatMap(
    Effect.try({
      try: () => Yaml.parse(text),
      catch: (cause) => Failure.make("usage", `${path} is not YAML: ${Print.oneLine(plainly(cause))}`)
    }),
    (content) =>
      Result.match(decode(content ?? [], { onExcessProperty: "error" }), {
        onSuccess: (written) => Effect.succeed(written.map(WordRule.ruleOf)),
        onFailure: ({ message }) => Effect.fail(Failure.make("usage", `${path}: ${Print.oneLine(message)}`))
      })
  )
