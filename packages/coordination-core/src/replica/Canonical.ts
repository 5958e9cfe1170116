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

/** The canonical text of plain data and of maps and sets that never change. */
export const encode = (value: unknown): string => {
  if (HashMap.isHashMap(value) || VersionMap.isVersionMap(value)) {
    return braced("map", [...value].map(([key, item]) => `${encode(key)}:${encode(item)}`))
  }
  if (HashSet.isHashSet(value)) return braced("set", [...value].map(encode))
  if (Array.isArray(value)) return `[${value.map(encode).join(",")}]`
  if (typeof value === "object" && value !== null) {
    return braced(
      "",
      Object.entries(value)
        .filter(([, field]) => field !== undefined)
        .map(([name, field]) => `${JSON.stringify(name)}:${encode(field)}`)
    )
  }
  return JSON.stringify(value) ?? "null"
}

/** SHA-256 of the canonical text: two nodes with the same hash are in the same state. */
export const hashOf = (value: unknown): string => Hash.ofText(encode(value))

const braced = (name: string, entries: Array<string>): string =>
  `${name}{${entries.sort(compare).join(",")}}`
