/**
 * Contracts as text for people: what was found, what changed and whom it concerns, who is who.
 */
import { fromKey, AgentKey } from "@chorus/coordination-core/identity/AgentId"
import { compare } from "@chorus/coordination-core/replica/Sorted"
import type * as Rows from "../api/Rows.ts"
import type { DiffReport, ScanReport } from "../scan/Comparison.ts"
import { cut, oneLine, table } from "./Print.ts"

/** So many lines of one list are shown; `--json` has all. */
const linesMax = 40

export const scan = (report: ScanReport): string =>
  [
    ...list(
      `provides ${report.provides.length}`,
      report.provides.map(({ contract, file }) => [contract, file])
    ),
    ...list(
      `consumes ${report.consumes.length}`,
      report.consumes.map(({ contract, file }) => [contract, file])
    ),
    ...list(
      `unknown ${report.unknown.length}`,
      report.unknown.map(({ because, file }) => [file, because])
    ),
    ...list(
      "not withdrawn, since not all could be read",
      (report.kept ?? []).map((contract) => [contract])
    ),
    `${report.files} files read; ` +
      (report.stated?.summary ?? "nothing was stated (--state tells the mesh)")
  ].join("\n")

export const diff = (report: DiffReport): string =>
  [
    ...report.changes.flatMap(changed),
    ...list(
      "unknown",
      report.unknown.map(({ because, file }) => [file, because])
    ),
    `${verdicts[report.verdict]} (${report.changes.length} changed, ` +
      `${report.changes.filter(({ breaking }) => breaking).length} breaking, ` +
      `against ${report.commit.slice(0, 12)})`
  ].join("\n")

const verdicts = {
  clear: "clear: nobody is known to be affected",
  attention: "attention: somebody builds against what breaks",
  unknown: "unknown: nobody can tell whether somebody is affected"
}

export const contracts = (rows: ReadonlyArray<Rows.ContractsRow>): string => {
  const known = new Map<string, { readonly by: Set<string>; readonly of: Set<string> }>()
  const at = (contract: string) => {
    const entry = known.get(contract) ?? { by: new Set(), of: new Set() }
    known.set(contract, entry)
    return entry
  }
  for (const row of rows) {
    for (const { contract } of row.provides) at(contract).by.add(row.repository)
    for (const contract of row.consumes) at(contract).of.add(row.repository)
  }
  const lines = [...known]
    .sort(([a], [b]) => compare(a, b))
    .map(([contract, { by, of }]) => [contract, [...by].join(", "), [...of].join(", ")])
  const short = rows.filter(({ left_out, parts_missing }) => left_out + parts_missing > 0)
  return lines.length === 0
    ? "no contract was stated; `chorus scan --state` states those of a repository"
    : [
        table(["CONTRACT", "PROVIDED BY", "CONSUMED BY"], lines),
        ...short.map(
          ({ left_out, parts_missing, repository }) =>
            `${repository}: ${left_out} names had no room, ${parts_missing} parts have not come`
        )
      ].join("\n")
}

const list = (title: string, lines: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> =>
  lines.length === 0
    ? []
    : [
        `${title}:`,
        ...table(
          ["", "", ""],
          lines.slice(0, linesMax).map((line) => ["", ...line])
        )
          .split("\n")
          .slice(1),
        ...(lines.length > linesMax ? [`  … and ${lines.length - linesMax} more (--json lists all)`] : [])
      ]

/** So many members of a contract are shown. */
const membersMax = 8

const changed = (change: DiffReport["changes"][number]): ReadonlyArray<string> => {
  const breaks = change.members.filter(({ breaking }) => breaking)
  const first = change.members.length === 0 ? "" : `: ${oneLine(change.why)}`
  return [
    `${change.breaking ? "BREAKING" : "harmless"} ${oneLine(change.contract)} ${change.what}${first} ` +
      `(${oneLine(change.file)})`,
    ...breaks.slice(1, membersMax).map(({ member, why }) => `  ${oneLine(member)} ${oneLine(why)}`),
    ...(breaks.length > membersMax ? [`  … and ${breaks.length - membersMax} more that break`] : []),
    ...(change.consumers.length === 0 ? [] : [`  consumed by ${change.consumers.map(oneLine).join(", ")}`]),
    ...change.at_work.map(
      ({ agent, because, by, task, title }) =>
        `  at work: ${oneLine(task)} by ${fromKey(AgentKey.make(agent)).name} ` +
        `(${by} ${oneLine(because)}): ${cut(oneLine(title), 50)}`
    )
  ]
}
