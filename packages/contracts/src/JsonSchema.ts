/**
 * The members of a JSON schema as OpenAPI uses it, with local references followed.
 *
 *     { sku: string, tags: [string] }  ──▶  body (object) · body.sku (string) · body.tags[] (string)
 *
 * A schema may refer to itself and may be as large as a book, so a member that is too deep and all
 * beyond the first few hundred stand there as one digest: a change in them still is a change.
 */
import type { Member } from "@chorus/coordination-core/contract/Shape"
import * as Derived from "@chorus/coordination-core/identity/Derived"
import * as Hash from "@chorus/coordination-core/identity/Hash"
import { entries, items, record, texts } from "./Reading.ts"

const depthMax = 8
const membersMax = 512
/** So many places are looked at; references can multiply a small text without end. */
const visitsMax = 1024

/** Looks up a local reference: `#/components/schemas/Order`. */
export type Resolve = (reference: string) => unknown

export interface Options {
  readonly side: Member["side"]
  readonly resolve: Resolve
  /** Told each reference that leads out of the document. */
  readonly foreign: (reference: string) => void
}

/** The members of a schema, named after its place in the contract. */
export const members = (
  schema: unknown,
  name: string,
  required: boolean,
  options: Options
): ReadonlyArray<Member> => {
  const found: Array<Member> = []
  const rest: Array<string> = []
  const budget = { left: visitsMax }
  visit({ schema, name, required, depth: 0, trail: [], budget }, options, (member) => {
    if (found.length < membersMax) found.push(member)
    else rest.push(`${member.name} ${member.is} ${member.required}`)
  })
  if (rest.length === 0) return found
  const is = Hash.ofText(rest.join("\n")).slice(0, 16)
  return [...found, { name: `${name}…`, is, side: options.side, required: false }]
}

interface At {
  readonly schema: unknown
  readonly name: string
  readonly required: boolean
  readonly depth: number
  /** The references that led here. */
  readonly trail: ReadonlyArray<string>
  readonly budget: { left: number }
}

const visit = (at: At, options: Options, tell: (member: Member) => void): void => {
  const { budget, depth, name, required, trail } = at
  const { side } = options
  const member = (is: string) => tell({ name, is, side, required })
  const schema = record(at.schema)
  if (schema === undefined) return member(at.schema === false ? "nothing" : "anything")
  const reference = schema["$ref"]
  if (typeof reference === "string") {
    if (trail.includes(reference)) return member(`recursive ${lastOf(reference)}`)
    if (!reference.startsWith("#/")) options.foreign(reference)
    const found = reference.startsWith("#/") ? options.resolve(reference) : undefined
    return found === undefined
      ? member(`reference ${reference}`)
      : visit({ ...at, schema: found, trail: [...trail, reference] }, options, tell)
  }
  if (depth >= depthMax || --budget.left < 0)
    return member(`deep ${digestOf(schema)}`)
  const parts = items(schema["allOf"])
  for (const part of parts) visit({ ...at, schema: part, depth: depth + 1 }, options, tell)
  for (const choice of [...items(schema["oneOf"]), ...items(schema["anyOf"])]) {
    visit({ ...at, schema: choice, depth: depth + 1 }, options, (each) =>
      tell({ ...each, required: false })
    )
  }
  if (parts.length === 0 || schema["type"] !== undefined) member(typeOf(schema))
  for (const value of items(schema["enum"])) {
    tell({ name: `${name}=${JSON.stringify(value)}`, is: "value", side, required: false })
  }
  const needed = texts(schema["required"])
  for (const [field, inner] of entries(schema["properties"])) {
    const isNeeded = needed.includes(field)
    visit(
      { ...at, schema: inner, name: `${name}.${field}`, required: isNeeded, depth: depth + 1 },
      options,
      tell
    )
  }
  for (const [field, what] of [
    ["items", "[]"],
    ["additionalProperties", ".*"]
  ] as const) {
    if (record(schema[field]) === undefined) continue
    visit(
      { ...at, schema: schema[field], name: `${name}${what}`, required: false, depth: depth + 1 },
      options,
      tell
    )
  }
}

/** A schema that many refer to is digested once. */
const digestOf = Derived.once((schema: object) => Hash.ofText(JSON.stringify(schema)).slice(0, 16))

/** The type, its format and whether it may be null, in one word each. */
const typeOf = (schema: Readonly<Record<string, unknown>>): string => {
  const types = typeof schema["type"] === "string" ? [schema["type"]] : [...texts(schema["type"])].sort()
  const guess =
    schema["properties"] !== undefined ? "object" : schema["items"] !== undefined ? "array" : "anything"
  const format = typeof schema["format"] === "string" ? ` ${schema["format"]}` : ""
  const isNullable = schema["nullable"] === true && !types.includes("null")
  return `${types.length === 0 ? guess : types.join("|")}${format}${isNullable ? "|null" : ""}`
}

const lastOf = (reference: string): string => reference.slice(reference.lastIndexOf("/") + 1)
