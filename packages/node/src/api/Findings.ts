/**
 * What `chorus doctor` tells: the shape behind its `--json`.
 */
import * as Schema from "effect/Schema"

export const Finding = Schema.Struct({
  about: Schema.Literals([
    "node",
    "ports",
    "membership",
    "peers",
    "relay",
    "database",
    "disk",
    "key",
    "operator key",
    "people",
    "socket",
    "model",
    "clients",
    "clock"
  ]),
  says: Schema.String,
  /** What to do; nothing where all is well. */
  remedy: Schema.optionalKey(Schema.String)
})
export type Finding = typeof Finding.Type

export const Findings = Schema.Array(Finding)
