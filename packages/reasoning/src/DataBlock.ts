/**
 * How a model is shown what others wrote: as JSON between `<data>` and `</data>`, and nowhere else.
 *
 * No text can end the block or pose as a turn of the conversation: in it `<`, `>`, `[` before a
 * capital and all that is invisible are written as `\uXXXX`. The block aims at 8,000 characters;
 * what is longer is told in less detail. (docs/rules.md, 9 and 10)
 */
import type { TaskContext } from "@chorus/coordination-core/task/TaskContext"

/** How much is told: characters a text, and entries a list. */
export interface Detail {
  readonly characters: number
  readonly entries: number
}

const details: ReadonlyArray<Detail> = [
  { characters: 2000, entries: 32 },
  { characters: 500, entries: 8 },
  { characters: 200, entries: 3 },
  { characters: 100, entries: 0 }
]

const charactersMax = 8000

/** The block, in as much detail as there is room for. */
export const of = (data: (detail: Detail) => unknown): string => {
  const blocks = details.map((detail) => escaped(JSON.stringify(data(detail))))
  return `<data>\n${blocks.find((text) => text.length <= charactersMax) ?? blocks.at(-1) ?? ""}\n</data>`
}

/** What a task says, in so much detail. */
export const wordsOf = (task: TaskContext, { characters, entries }: Detail) => {
  const cut = (text: string) => text.slice(0, characters)
  const cutAll = (texts: ReadonlyArray<string> = []) => texts.slice(0, entries).map(cut)
  return {
    title: cut(task.title),
    description: entries === 0 ? undefined : cut(task.description ?? ""),
    keywords: cutAll(task.keywords),
    scopes: cutAll(task.scopes),
    paths: cutAll(task.paths)
  }
}

/** The same JSON, in which no text holds a tag, a turn marker or an invisible character. */
const escaped = (json: string): string =>
  json.replaceAll(/[<>\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\[(?=\/?[A-Z])/gu, (match) =>
    match.split("").map(unicodeEscape).join(""))

const unicodeEscape = (unit: string): string =>
  `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`
