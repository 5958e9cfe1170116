/**
 * What `gh issue list --json …` and `gh pr list --json …` print: tasks, and which depends on which.
 *
 * Needed are `number`, `title` and `url`; `body`, `state`, `createdAt` and (of pull requests)
 * `closingIssuesReferences` are read where they are there. All of a file is understood, or nothing.
 */
import type { Announced } from "../api/LandingRows.ts"
import { TaskKey } from "@chorus/coordination-core/identity/TaskKey"
import { text } from "@chorus/coordination-core/fact/Text"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { oneLine } from "../cli/Print.ts"
import * as Clean from "../measure/mine/Clean.ts"
import { namesOf } from "../measure/mine/Commit.ts"

const optional = Schema.optionalKey

const Entry = Schema.Struct({
  number: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)),
  title: Schema.String.check(Schema.isPattern(/\S/, { message: "Expected some words" })),
  url: text(300),
  body: optional(Schema.NullOr(Schema.String)),
  state: optional(Schema.Literals(["OPEN", "CLOSED", "MERGED"])),
  createdAt: optional(Schema.String.check(Schema.isPattern(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, {
    message: "Expected a time like 2026-01-31T12:00:00Z"
  }))),
  closingIssuesReferences: optional(Schema.Array(Schema.Struct({ url: Schema.String })))
})
type Entry = typeof Entry.Type

const decode = Schema.decodeUnknownResult(Entry)

/** An issue or a pull request. */
export interface Item {
  readonly key: TaskKey
  readonly entry: Entry
  readonly isPull: boolean
  readonly repository: string
}

export interface Link {
  readonly from: string
  readonly to: string
  readonly source: "depends-on" | "needed-by" | "issue"
}

export const fields = "number,title,body,url,state,createdAt"

/** The items of one file's text, or what is wrong with which entry. */
export const read = (written: string): Result.Result<ReadonlyArray<Item>, string> => {
  let value: unknown
  try {
    value = JSON.parse(written)
  } catch {
    return Result.fail("it is not JSON")
  }
  if (!Array.isArray(value)) {
    return Result.fail(`it is no list; write it with \`gh issue list --json ${fields}\``)
  }
  const items = new Map<TaskKey, Item>()
  for (const [at, one] of value.entries()) {
    const item = Result.flatMap(
      Result.mapError(decode(one), ({ message }) => oneLine(message)),
      itemOf
    )
    if (Result.isFailure(item)) {
      return Result.fail(
        `entry ${at + 1}: ${item.failure}; \`gh … --json ${fields}\` prints what is needed`
      )
    }
    const { key } = item.success
    if (items.has(key)) return Result.fail(`entry ${at + 1}: ${key} stands twice`)
    items.set(key, item.success)
  }
  return Result.succeed([...items.values()])
}

const itemOf = (entry: Entry): Result.Result<Item, string> => {
  const [, repository = "", kind, number] = page.exec(entry.url) ?? []
  if (kind === undefined || Number(number) !== entry.number) {
    return Result.fail(`url "${entry.url}" is no issue or pull request of number ${entry.number}`)
  }
  return Result.map(
    Result.mapError(
      Schema.decodeUnknownResult(TaskKey)(`${repository}#${entry.number}`),
      ({ message }) => oneLine(message)
    ),
    (key) => ({ key, entry, isPull: kind === "pull", repository })
  )
}

const page = /^https?:\/\/[\w.-]+(?::\d+)?\/([\w.-]+\/[\w.-]+)\/(issues|pull)\/(\d+)$/

/** As tasks for whoever takes them; a pull request is its own change. */
export const announced = ({ entry, isPull, key }: Item): Announced => {
  const body = entry.body?.trim() ?? ""
  return {
    task: key,
    title: begun(oneLine(entry.title), 200),
    ...(body === "" ? {} : { description: begun(body, 2000) }),
    ...(isPull ? { change: entry.url } : {}),
    closed: entry.state === "CLOSED" || entry.state === "MERGED"
  }
}

/** The beginning of a text, in whole characters; a half of one stands for none that is known. */
const begun = (text: string, max: number): string =>
  text.toWellFormed().slice(0, max).replace(/[\uD800-\uDBFF]$/, "")

/** What was found, and how many references name nothing that is here. */
export interface Found {
  readonly links: ReadonlyArray<Link>
  readonly lost: number
}

/** What the items say of each other across repositories. */
export const links = (items: ReadonlyArray<Item>): Found => {
  const known = new Map(items.map(({ key, repository }) => [key.toLowerCase(), { key, repository }]))
  const found = new Map<string, Link>()
  let lost = 0
  const add = (one: string, other: string, source: Link["source"]): void => {
    const [from, to] = [known.get(one), known.get(other)]
    if (from === undefined || to === undefined) lost++
    else if (from.repository !== to.repository) {
      found.set(`${from.key} ${to.key}`, { from: from.key, to: to.key, source })
    }
  }
  for (const { entry, key, repository } of items) {
    const own = key.toLowerCase()
    const message = `${entry.title}\n\n${entry.body ?? ""}`.replaceAll("\r", "")
    const names = namesOf({ message, repository })
    for (const name of names.dependsOn) add(own, name, "depends-on")
    for (const name of names.neededBy) add(name, own, "needed-by")
    for (const { url } of entry.closingIssuesReferences ?? []) {
      const [, other, , number] = page.exec(url) ?? []
      add(own, `${other}#${number}`.toLowerCase(), "issue")
    }
  }
  return { links: [...found.values()], lost }
}

/** The items as lines of a labelled history, without what gives their partners away. */
export const history = (items: ReadonlyArray<Item>): Result.Result<ReadonlyArray<object>, string> => {
  const undated = items.find(({ entry }) => entry.createdAt === undefined)
  return undated === undefined
    ? Result.succeed(items.map(({ entry, key, repository }) => ({
      id: key,
      repository,
      ...Clean.clean(`${oneLine(entry.title)}\n${(entry.body ?? "").replaceAll("\r", "")}`, new Set()),
      time: entry.createdAt
    })))
    : Result.fail(`${undated.key} has no createdAt, and a history needs the times`)
}
