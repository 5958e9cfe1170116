/**
 * What a scan and a comparison come to, beside what the mesh knows: the shapes behind `--json`.
 */
import { type Affected, needsAttention } from "@chorus/coordination-core/contract/Affected"
import type { Scanned, Unknown } from "@chorus/coordination-core/contract/Contract"
import * as Shape from "@chorus/coordination-core/contract/Shape"
import * as Schema from "effect/Schema"
import { Done } from "../api/Rows.ts"

const optional = Schema.optionalKey

const UnknownRow = Schema.Struct({ file: Schema.String, because: Schema.String })

/** What `chorus scan` found. */
export const ScanReport = Schema.Struct({
  repository: optional(Schema.String),
  /** The commit that the work tree stands on, where git knows one. */
  revision: optional(Schema.String),
  files: Schema.Int,
  provides: Schema.Array(
    Schema.Struct({
      contract: Schema.String,
      file: Schema.String,
      digest: Schema.String,
      members: Schema.Int
    })
  ),
  consumes: Schema.Array(Schema.Struct({ contract: Schema.String, file: Schema.String })),
  /** What could not be read: nobody knows what stands in it. */
  unknown: Schema.Array(UnknownRow),
  stated: optional(Done)
})
export type ScanReport = typeof ScanReport.Type

const what = Schema.Literals(["added", "removed", "changed"])

/** What `chorus diff` found. */
export const DiffReport = Schema.Struct({
  against: Schema.String,
  commit: Schema.String,
  repository: optional(Schema.String),
  verdict: Schema.Literals(["clear", "attention", "unknown"]),
  changes: Schema.Array(
    Schema.Struct({
      contract: Schema.String,
      file: Schema.String,
      what,
      breaking: Schema.Boolean,
      why: Schema.String,
      members: Schema.Array(
        Schema.Struct({
          member: Schema.String,
          what,
          breaking: Schema.Boolean,
          why: Schema.String
        })
      ),
      consumers: Schema.Array(Schema.String),
      at_work: Schema.Array(
        Schema.Struct({
          task: Schema.String,
          agent: Schema.String,
          title: Schema.String,
          by: Schema.Literals(["declares", "mentions", "consumes"]),
          because: Schema.String
        })
      )
    })
  ),
  /** Why the verdict may be wrong: files that could not be read, a mesh that could not be asked. */
  unknown: Schema.Array(UnknownRow)
})
export type DiffReport = typeof DiffReport.Type

/** The rows of a scan. */
export const rowsOf = ({ consumes, provides, unknown }: Scanned) => ({
  provides: provides.map(({ file, name, shape }) => ({
    contract: name,
    file,
    digest: Shape.digest(shape),
    members: shape.length
  })),
  consumes: consumes.map(({ file, name }) => ({ contract: name, file })),
  unknown: unknown.map(unknownRow)
})

export const changeRow = ({ atWork, ...change }: Affected): DiffReport["changes"][number] => ({
  ...change,
  at_work: atWork
})

export const unknownRow = ({ because, file }: Unknown) => ({ file, because })

/** What is sure comes first: somebody is affected, whatever else is unknown. */
export const verdictOf = (
  affected: ReadonlyArray<Affected>,
  unknown: ReadonlyArray<unknown>
): DiffReport["verdict"] =>
  affected.some(needsAttention) ? "attention" : unknown.length > 0 ? "unknown" : "clear"
