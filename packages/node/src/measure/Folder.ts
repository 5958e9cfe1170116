/**
 * A folder with a labelled history, as `chorus bench mine` writes it:
 *
 *     tasks.jsonl[.gz]   {"id":"d1","repository":"nova","title":"…","description":"…","time":"…"}
 *     links.jsonl[.gz]   {"from":"d2","to":"d1","source":"depends-on","same_author":true}
 *
 * `from` depends on `to`. A line that is not of this form, an id that stands twice and a link to a
 * task that is not there end the reading with their line.
 */
import { text } from "@chorus/coordination-core/fact/Text"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { existsSync } from "node:fs"
import { join } from "node:path"
import * as Failure from "../cli/Failure.ts"
import * as Recording from "../replay/Recording.ts"
import type { History, Link } from "./History.ts"

const TaskLine = Schema.Struct({ ...Recording.TaskLine.fields, id: text(100) })
const LinkLine = Schema.Struct({
  ...Recording.LinkLine.fields,
  same_author: Schema.optionalKey(Schema.Boolean)
})

export const read = Effect.fnUntraced(function*(folder: string) {
  const [tasksFile, linksFile] = [yield* fileOf(folder, "tasks"), yield* fileOf(folder, "links")]
  const tasks = yield* tasksOf(tasksFile)
  const places = new Map(tasks.map(({ id }, place) => [id, place]))
  const links = yield* linksOf(linksFile, places)
  return { tasks, links } satisfies History
})

const fileOf = (folder: string, name: string) => {
  const found = [`${name}.jsonl.gz`, `${name}.jsonl`]
    .map((file) => join(folder, file))
    .find((path) => existsSync(path))
  return found === undefined
    ? Effect.fail(Failure.make(
      "failure",
      `${folder} holds neither ${name}.jsonl nor ${name}.jsonl.gz; \`chorus bench mine\` makes such a folder`
    ))
    : Effect.succeed(found)
}

/** The tasks in the order in which they arrive; of one moment, by their ids. */
const tasksOf = Effect.fnUntraced(function*(path: string) {
  const ids = new Set<string>()
  const tasks: Array<Recording.Recorded> = []
  for (const { number, value } of yield* Recording.decoded(path, TaskLine)) {
    if (ids.has(value.id)) {
      return yield* Recording.refusedLine(path, number, `the id ${value.id} stands twice`)
    }
    ids.add(value.id)
    const atMillis = yield* Recording.millisOf(path, number, value.time)
    const { description = "", id, repository, title } = value
    tasks.push({ id, repository, title, description, atMillis })
  }
  if (tasks.length === 0) return yield* Failure.make("failure", `${path} holds no task`)
  return tasks.sort((a, b) => a.atMillis - b.atMillis || (a.id < b.id ? -1 : 1))
})

const linksOf = Effect.fnUntraced(function*(path: string, places: ReadonlyMap<string, number>) {
  const links: Array<Link> = []
  for (const { number, value } of yield* Recording.decoded(path, LinkLine)) {
    const [from, to] = [places.get(value.from), places.get(value.to)]
    if (from === undefined || to === undefined) {
      const stranger = from === undefined ? value.from : value.to
      return yield* Recording.refusedLine(path, number, `there is no task ${stranger}`)
    }
    links.push({ from, to, sameAuthor: value.same_author })
  }
  return links
})
