/**
 * The shapes behind `--json`, by verb: the schemas that the answers are made with, as JSON Schema.
 */
import * as Schema from "effect/Schema"
import { DiffReport, ScanReport } from "../scan/Comparison.ts"
import { Api } from "./Api.ts"
import { Findings } from "./Findings.ts"

/** Verbs that print the answer of a call, where the call is named otherwise. */
const calls = { done: "complete", decide: "rule" } as const

/** Verbs that print what no call answers. */
const own: Readonly<Record<string, Schema.Top>> = {
  scan: ScanReport,
  diff: DiffReport,
  doctor: Findings
}

/** Calls that no verb prints the answer of. */
const unprinted: ReadonlySet<string> = new Set([
  "agreed",
  "announce",
  "complete",
  "note",
  "pings",
  "promises",
  "rule",
  "suggest",
  "state_contracts",
  "mesh",
  "stop"
])

const schemas = (): ReadonlyMap<string, Schema.Top> =>
  new Map<string, Schema.Top>([
    ...[...Api.requests].filter(([name]) => !unprinted.has(name)).map(([name, call]) =>
      [name, answerOf(call)] as const),
    ...Object.entries(calls).flatMap(([verb, name]) => {
      const call = Api.requests.get(name)
      return call === undefined ? [] : [[verb, answerOf(call)] as const]
    }),
    ...Object.entries(own)
  ].sort(([one], [other]) => one < other ? -1 : 1))

/** A stream's answer is what each of its lines holds. */
const answerOf = ({ successSchema }: { readonly successSchema: Schema.Top }): Schema.Top =>
  "success" in successSchema && Schema.isSchema(successSchema.success) ? successSchema.success : successSchema

/** The JSON Schema of what a verb prints with `--json`; of all without one. */
export const of = (verb?: string): Readonly<Record<string, unknown>> | undefined => {
  const all = schemas()
  if (verb === undefined) {
    return Object.fromEntries([...all].map(([name, schema]) => [name, documentOf(schema)]))
  }
  const schema = all.get(verb)
  return schema === undefined ? undefined : documentOf(schema)
}

/** The verbs that have one. */
export const verbs = (): ReadonlyArray<string> => [...schemas().keys()]

const documentOf = (schema: Schema.Top): Readonly<Record<string, unknown>> => {
  const { definitions, schema: root } = Schema.toJsonSchemaDocument(schema)
  const isEmpty = Object.keys(definitions).length === 0
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    ...root,
    ...(isEmpty ? {} : { $defs: definitions })
  }
}
