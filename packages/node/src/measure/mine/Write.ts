/**
 * `chorus bench mine REPO… --out DIR`: reads repositories, writes the folder, says what is in it.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { existsSync } from "node:fs"
import { mkdir, readdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import * as Failure from "../../cli/Failure.ts"
import { plainly } from "../../cli/Files.ts"
import * as Print from "../../cli/Print.ts"
import { version } from "../../Version.ts"
import type { MineReport } from "../Reports.ts"
import * as Git from "./Git.ts"
import * as Mine from "./Mine.ts"

export interface Options {
  readonly repositories: ReadonlyArray<string>
  readonly out: string
  readonly fromMillis: number | undefined
  readonly untilMillis: number | undefined
  /** Counts, and writes nothing. */
  readonly isDry?: boolean
}

export const mine = Effect.fnUntraced(function*(
  { fromMillis, isDry = false, out, repositories, untilMillis }: Options
) {
  yield* isFree(out)
  const read: Array<Git.Repository> = []
  for (const folder of repositories) {
    const repository = yield* Git.read(folder)
    if (read.some(({ name }) => name === repository.name)) {
      return yield* Failure.make("usage", `two of the repositories are called ${repository.name}`)
    }
    read.push(repository)
    yield* Print.say(`${repository.name}: ${repository.commits.length} commits`)
  }
  const inside = read.flatMap(({ commits }) => commits).filter(({ atMillis }) =>
    atMillis >= (fromMillis ?? -Infinity) && atMillis < (untilMillis ?? Infinity))
  const mined = Mine.mine(inside, read.flatMap(({ merges }) => merges))
  if (mined.tasks.length === 0) {
    return yield* Failure.make("failure", "the repositories hold no commit of a person inside the dates")
  }
  const report = reportOf(out, read, mined, yield* Clock.currentTimeMillis)
  const { folder: _, ...provenance } = report
  if (isDry) return yield* Print.data("bench mine", report, words)
  yield* Effect.tryPromise({
    try: async () => {
      await mkdir(out, { recursive: true })
      await writeFile(join(out, "tasks.jsonl.gz"), zipped(mined.tasks))
      await writeFile(join(out, "links.jsonl.gz"), zipped(mined.links))
      await writeFile(join(out, "provenance.json"), `${JSON.stringify(provenance, undefined, 2)}\n`)
    },
    catch: (cause) => Failure.make("failure", `${out} cannot be written: ${plainly(cause)}`)
  })
  yield* Print.data("bench mine", report, words)
})

/** What the folder holds, and where it comes from. */
const reportOf = (
  folder: string,
  read: ReadonlyArray<Git.Repository>,
  { counts, links, tasks }: Mine.Mined,
  nowMillis: number
): MineReport => ({
  folder,
  made_by: `chorus ${version}`,
  made_at: new Date(nowMillis).toISOString(),
  from: tasks[0]?.time ?? "",
  to: tasks.at(-1)?.time ?? "",
  repositories: read.map(({ commits, head, name }) => ({
    name,
    head,
    commits: commits.length,
    tasks: tasks.filter(({ repository }) => repository === name).length
  })),
  commits: counts.commits,
  routine: counts.routine,
  copies: counts.copies,
  tasks: counts.tasks,
  links: counts.links,
  links_inside_a_repository: counts.inside,
  unresolved: counts.unresolved,
  ambiguous: counts.ambiguous,
  common_issues: counts.commonIssues,
  same_author: links.filter(({ same_author }) => same_author).length,
  cleaning
})

/** What the texts were freed of, for whoever reads the folder later. */
const cleaning = [
  "no merges, bots and routine updates; of a change that several repositories hold, the first named keeps it",
  "removed: footers",
  "blanked: change ids, hashes, addresses, e-mails, issue numbers, blueprints, names of authors",
  "descriptions cut at 1500 characters; authors are compared for same_author and kept nowhere"
]

const words = (report: MineReport): string => {
  const { "depends-on": dependsOn, issue, "needed-by": neededBy } = report.links
  return Print.table(["tasks", `${report.tasks} of ${report.commits} commits in ${report.folder}`], [
    ["left out", `${report.routine} of bots or routine, ${report.copies} copies`],
    ["links", `${dependsOn + neededBy + issue} (${dependsOn} Depends-On, ${neededBy} Needed-By, ` +
      `${issue} by an issue), ${report.same_author} of one author`],
    ["no links", `${report.unresolved} name nothing here, ${report.ambiguous} name two changes, ` +
      `${report.links_inside_a_repository} stay inside a repository, ` +
      `${report.common_issues} issues are too common`],
    ["next", `chorus bench detect --data ${report.folder}`]
  ])
}

const zipped = (rows: ReadonlyArray<object>): Buffer =>
  gzipSync(rows.map((row) => `${JSON.stringify(row)}\n`).join(""))

/** Nothing is written over. */
const isFree = (out: string) =>
  Effect.tryPromise({
    try: async () => !existsSync(out) || (await readdir(out)).length === 0,
    catch: (cause) => Failure.make("usage", `--out ${out} cannot be used: ${plainly(cause)}`)
  }).pipe(Effect.flatMap((free) =>
    free
      ? Effect.void
      : Effect.fail(Failure.make("usage", `--out ${out} holds files already; name a new folder`))
  ))
