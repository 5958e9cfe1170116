/**
 * One text for one state: how replicas are compared, byte by byte.
 *
 * Maps and sets are written in the order of their keys and records in the order of their fields,
 * so that equal content gives equal text whatever order it was built in. Cost: the size of the
 * state, sorted; for tests and state hashes, not for every fact. (docs/rules.md, 3)
 */
import * as HashMap from "effect/HashMap"
import * as HashSet from "effect/HashSet"
import * as Hash from "../identity/Hash.ts"
import { compare } from "./Sorted.ts"
import * as VersionMap from "./VersionMap.ts"

/**
 * The canonical text of plain data, of maps and sets, and of what has a form as JSON. Throws at what
 * has no content to compare: a function, a symbol, NaN, an object that keeps all to itself.
 */
export const encode = (value: unknown): string => {
  if (HashMap.isHashMap(value) || VersionMap.isVersionMap(value) || value instanceof Map) {
    return braced("map", [...value].map(([key, item]) => `${encode(key)}:${encode(item)}`))
  }
  if (HashSet.isHashSet(value) || value instanceof Set) return braced("set", [...value].map(encode))
  if (Array.isArray(value)) return `[${value.map(encode).join(",")}]`
  return typeof value === "object" && value !== null ? ofRecord(value) : ofPlain(value)
}

const ofRecord = (record: object): string => {
  if ("toJSON" in record && typeof record.toJSON === "function") return encode(record.toJSON())
  const fields = Object.entries(record)
  const kind: unknown = Object.getPrototypeOf(record)
  if (fields.length === 0 && kind !== Object.prototype && kind !== null) return incomparable(record)
  return braced(
    "",
    fields
      .filter(([, field]) => field !== undefined)
      .map(([name, field]) => `${JSON.stringify(name)}:${encode(field)}`)
  )
}

const ofPlain = (value: unknown): string => {
  const isContent = typeof value !== "function" && typeof value !== "symbol" && !Number.isNaN(value)
  return isContent ? JSON.stringify(value) ?? "null" : incomparable(value)
}

const incomparable = (value: unknown): never => {
  const words = typeof value === "object" ? Object.prototype.toString.call(value) : String(value)
  throw new TypeError(`a state that holds ${words} cannot be compared: keep plain data, maps and sets in it`)
}

/** SHA-256 of the canonical text: two nodes with the same hash are in the same state. */
export const hashOf = (value: unknown): string => Hash.ofText(encode(value))

const braced = (name: string, entries: Array<string>): string =>
  `${name}{${entries.sort(compare).join(",")}}`
