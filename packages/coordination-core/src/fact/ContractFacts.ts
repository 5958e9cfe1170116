/**
 * What nodes state about repositories: the contracts that one provides and those it consumes.
 *
 * A sealed fact has room for a few hundred names, so a statement comes in up to four parts; what
 * is beyond them is counted and left out. Of several statements of a node about a repository the
 * highest version holds. (docs/rules.md, 4)
 */
import * as Schema from "effect/Schema"
import { Name } from "../contract/Contract.ts"
import { Repository } from "../identity/TaskKey.ts"
import { list, text } from "./Text.ts"

/** A statement has at most this many parts, and a part at most so many names of either list. */
export const partsMax = 4
export const namesMax = 400

const part = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: partsMax }))

/** One part of what a repository provides (each contract with the digest of its shape) and consumes. */
export const ContractsStated = Schema.Struct({
  message_type: Schema.Literal("contracts_stated"),
  repository: Repository,
  version: Schema.Natural,
  part,
  parts: part,
  provides: Schema.Record(Name, text(16)).check(Schema.isMaxProperties(namesMax)),
  consumes: list(Name, namesMax),
  /** Of all parts and what was left out: equal ones say the same. */
  digest: text(64),
  /** So many names had no room in any part. */
  left_out: Schema.Natural,
  /** The commit that was read. */
  revision: Schema.optionalKey(text(64))
})
export type ContractsStated = typeof ContractsStated.Type
