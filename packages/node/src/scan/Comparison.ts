/**
 * What a scan and a comparison come to, beside what the mesh knows: the shapes behind `--json`.
 */
import { type Affected, needsAttention } from "@chorus/coordination-core/contract/Affected"
import type { Scanned, Unknown } from "@chorus/coordination-core/contract/Contract"
import * as Shape from "@chorus/coordination-core/contract/Shape"
import { compare } from "@chorus/coordination-core/replica/Sorted"
import * as Schema from "effect/Schema"
import { type ContractsRow, Done } from "../api/Rows.ts"
import * as Words from "../api/Words.ts"

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
  /** What was stated before and not found, and stays stated since not all could be read. */
  kept: optional(Schema.Array(Schema.String)),
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

/**
 * What a scan lets a node state, in the order of the names. While something could not be read, what
 * was stated before and not found is kept, as far as there is room: it may stand there.
 */
export const statementOf = (
  { consumes, provides, unknown }: Pick<ScanReport, "provides" | "consumes" | "unknown">,
  repository: string,
  known: ReadonlyArray<ContractsRow>
) => {
  const before =
    unknown.length === 0 ? undefined : known.find((row) => row.own && row.repository === repository)
  const found = {
    provides: new Map(provides.map(({ contract, digest }) => [contract, digest])),
    consumes: new Set(consumes.map(({ contract }) => contract))
  }
  const kept = {
    provides: (before?.provides ?? [])
      .filter(({ contract }) => !found.provides.has(contract))
      .slice(0, Math.max(0, Words.contractsMax - found.provides.size))
      .map(({ contract, digest }) => [contract, digest] as const),
    consumes: (before?.consumes ?? [])
      .filter((contract) => !found.consumes.has(contract))
      .slice(0, Math.max(0, Words.contractsMax - found.consumes.size))
  }
  return {
    kept: [...kept.provides.map(([contract]) => contract), ...kept.consumes],
    provides: Object.fromEntries([...found.provides, ...kept.provides].sort(([a], [b]) => compare(a, b))),
    consumes: [...found.consumes, ...kept.consumes].sort(compare)
  }
}

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
