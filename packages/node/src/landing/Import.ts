/**
 * `chorus import github FILE…`: all files are understood before anything is written or announced.
 */
import * as Effect from "effect/Effect"
import { existsSync, readFileSync } from "node:fs"
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises"
import { basename, dirname, join, resolve } from "node:path"
import type { Announced } from "../api/LandingRows.ts"
import type { Imported } from "../api/Reports.ts"
import { announcedMax } from "../api/Words.ts"
import * as Failure from "../cli/Failure.ts"
import { plainly } from "../cli/Files.ts"
import * as Print from "../cli/Print.ts"
import * as Github from "./Github.ts"

export interface Options {
  readonly files: ReadonlyArray<string>
  /** The folder for the labelled history, where one is asked for. */
  readonly history: string | undefined
  /** Announces the tasks; absent in a dry run. */
  readonly announce: ((tasks: ReadonlyArray<Announced>) => Effect.Effect<string, Failure.Failure>) | undefined
}

export const github = Effect.fnUntraced(function*({ announce, files, history }: Options) {
  const items = yield* understood(files)
  const tasks = items.map(Github.announced)
  const open = tasks.filter(({ closed }) => !closed).length
  if (tasks.length > announcedMax) {
    return yield* Failure.make(
      "usage",
      `the files hold ${tasks.length} tasks, and at most ${announcedMax} are announced at once: ` +
        "take fewer files, or shorter ones (gh … --limit)"
    )
  }
  const { links, lost } = Github.links(items)
  const lines = history === undefined ? [] : yield* Effect.mapError(
    Effect.fromResult(Github.history(items)),
    (message) => Failure.make("failure", message)
  )
  const announcing = announce === undefined
    ? Effect.succeed(`${open} open tasks would be announced`)
    : announce(tasks)
  const said = history === undefined
    ? yield* announcing
    : yield* written(history, lines, links, announcing, announce === undefined)
  return {
    tasks: tasks.length,
    open,
    links: links.length,
    unresolved: lost,
    ...(history === undefined ? {} : { history }),
    said,
    announced: tasks.filter(({ closed }) => !closed).map(({ task, title }) => ({ task, title }))
  } satisfies Imported
})

const understood = Effect.fnUntraced(function*(files: ReadonlyArray<string>) {
  const all = new Map<string, Github.Item>()
  for (const file of files) {
    const text = yield* Effect.try({
      try: () => readFileSync(file, "utf8"),
      catch: (cause) => Failure.make("failure", `${file} cannot be read: ${plainly(cause)}`)
    })
    const items = yield* Effect.mapError(
      Effect.fromResult(Github.read(text)),
      (because) => Failure.make("failure", `${file}: ${because}`)
    )
    const twice = items.find(({ key }) => all.has(key))
    if (twice !== undefined) {
      return yield* Failure.make("failure", `${file}: ${twice.key} stands in another file as well`)
    }
    for (const item of items) all.set(item.key, item)
    yield* Print.say(`${file}: ${items.length} tasks`)
  }
  return [...all.values()]
})

/** Writes the history beside its place, announces, and only then puts it there: all of it, or nothing. */
const written = (
  folder: string,
  tasks: ReadonlyArray<object>,
  links: ReadonlyArray<object>,
  announcing: Effect.Effect<string, Failure.Failure>,
  isDry: boolean
) =>
  Effect.gen(function*() {
    const place = resolve(folder)
    if (existsSync(place)) {
      return yield* Failure.make("usage", `${folder} is there already; name a new folder`)
    }
    if (isDry) return yield* announcing
    const trying = <A>(act: () => Promise<A>) =>
      Effect.tryPromise({
        try: act,
        catch: (cause) => Failure.make("failure", `${folder} cannot be written: ${plainly(cause)}`)
      })
    const beside = yield* Effect.acquireRelease(
      trying(async () => {
        await mkdir(dirname(place), { recursive: true })
        return mkdtemp(join(dirname(place), `.${basename(place)}-`))
      }),
      (path) => Effect.promise(() => rm(path, { recursive: true, force: true }))
    )
    const made = join(beside, "history")
    yield* trying(async () => {
      await mkdir(made)
      await writeFile(join(made, "tasks.jsonl"), jsonLines(tasks))
      await writeFile(join(made, "links.jsonl"), jsonLines(links))
    })
    const said = yield* announcing
    yield* trying(() => rename(made, place))
    return said
  }).pipe(Effect.scoped)

const jsonLines = (rows: ReadonlyArray<object>): string =>
  rows.map((row) => `${JSON.stringify(row)}\n`).join("")
