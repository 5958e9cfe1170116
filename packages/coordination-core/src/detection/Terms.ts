/**
 * What a task speaks of: its text as weighted terms.
 *
 *     word        `tabl`            stems of words and of the parts of identifiers
 *     pair        `featur flag`     two words that follow each other
 *     identifier  `user_token`      the parts of `userToken`, `user_token`, `user.token`
 *     constant    `jwt_secret`      `JWT_SECRET`; its parts are no words, for they name a setting
 *     scope       `table:orders`    what two declared scopes must share
 *     path, file  `db/orders.sql`   a declared path, and its last segment
 *
 * Words that everybody uses are commonplaces or, when they say what one does, actions.
 * The weights are those that measured well on recorded dependencies (`Parameters.ts`). Bounded
 * whatever the text: at most `termsMax` terms from `piecesMax` pieces, and no expression that
 * backtracks.
 */
import * as Scope from "../task/Scope.ts"
import type { TaskContext } from "../task/TaskContext.ts"
import { actions, commonplaces, stem, stopWords } from "./Stem.ts"

export type Kind = keyof typeof weights

export interface Term {
  /** As it stands in the text; words in lower case. */
  readonly text: string
  readonly kind: Kind
  /** How much it says; 0 for actions, which only rules look at. */
  readonly weight: number
  /** Stands in the title, or is a keyword. */
  readonly prominent: boolean
  /** Stands in the description, or is declared; of a scope: declared to be more than used. */
  readonly inBody: boolean
  /** How often it stands in the task; a place in the title counts one and a half. */
  readonly times: number
}

/** Terms by their key, in the order of their first appearance. */
export type Terms = ReadonlyMap<string, Term>

export const termsMax = 256
export const piecesMax = 600
const pieceLengthMax = 100

/** What each kind of term weighs. */
export const weights = {
  word: 1,
  commonplace: 0.4,
  action: 0,
  pair: 0.6,
  identifier: 0.5,
  constant: 1.5,
  scope: 2,
  path: 1.5,
  file: 0.5
}
const timesInTitle = 1.5

/** The terms of a task. */
export const ofTask = (task: TaskContext): Terms => {
  const counted = new Map<string, Counted>()
  const noteAs = (prominent: boolean, times: number, inBody = !prominent): Note => (key, text, kind) => {
    const known = counted.get(key)
    if (known !== undefined) {
      known.times += times
      known.prominent ||= prominent
      known.inBody ||= inBody
    } else if (counted.size < termsMax) {
      counted.set(key, { text, kind, prominent, inBody, times, weight: 0 })
    }
  }
  const [note, noteUsed] = [noteAs(false, 1), noteAs(false, 1, false)]
  let left = readText(task.title, piecesMax, noteAs(true, timesInTitle))
  for (const keyword of task.keywords ?? []) left = readText(keyword, left, noteAs(true, 1))
  for (const text of task.scopes ?? []) {
    const scope = Scope.parse(text)
    if (scope === undefined) continue
    const noteScope = scope.operation === "use" ? noteUsed : note
    noteScope(Scope.subject(scope), Scope.subject(scope), "scope")
  }
  for (const path of task.paths ?? []) readPath(path.toLowerCase(), note)
  readText(task.description ?? "", left, note)
  for (const term of counted.values()) term.weight = weights[term.kind] * (1 + Math.log(term.times))
  return counted
}

/** The terms of a text by itself. */
export const ofText = (title: string): Terms => ofTask({ repository: "", task_id: 0, title })

/** Is it a scope of something that both tasks only use? Readers of one thing have nothing to agree on. */
export const isOnlyUsed = (one: Term, other: Term): boolean =>
  one.kind === "scope" && !one.inBody && !other.inBody

/** A term that is still being counted. */
type Counted = { -readonly [Field in keyof Term]: Term[Field] }

type Note = (key: string, text: string, kind: Kind) => void

/** A pattern of paths, like `src/**`, names no thing that two repositories could have in common. */
const readPath = (path: string, note: Note): void => {
  if (/[*?[{]/.test(path)) return
  note(path, path, "path")
  const file = path.slice(path.lastIndexOf("/") + 1)
  if (file !== path && file !== "") note(file, file, "file")
}

const piece = /[\p{L}\p{M}\p{N}_]+(?:[.:/-][\p{L}\p{M}\p{N}_]+)*/gu

/** Notes the terms of at most `left` pieces of a text; returns how many pieces are left. */
const readText = (text: string, left: number, note: Note): number => {
  let before: { readonly key: string; readonly text: string } | undefined
  let end = 0
  for (const { 0: raw, index } of text.matchAll(piece)) {
    if (left === 0) break
    left--
    if (/[.;!?\n]/.test(text.slice(end, index))) before = undefined
    end = index + raw.length
    const parts = partsOf(raw.slice(0, pieceLengthMax))
    const isConstant = constant.test(raw)
    if (parts.length > 1) note(parts.join("_"), raw, isConstant ? "constant" : "identifier")
    for (const part of isConstant ? [] : parts) {
      if (stopWords.has(part)) continue
      const key = stem(part)
      const kind = actions.has(key) ? "action" : commonplaces.has(key) ? "commonplace" : "word"
      note(key, part, kind)
      if (kind === "action") continue
      if (before !== undefined) note(`${before.key} ${key}`, `${before.text} ${part}`, "pair")
      before = { key, text: part }
    }
  }
  return left
}

/** The keys that a name has among terms: an identifier's, or a word's. */
export const keysOf = (name: string): ReadonlyArray<string> =>
  [...name.matchAll(piece)].flatMap(([raw]) => {
    const [first, ...more] = partsOf(raw.slice(0, pieceLengthMax))
    return first === undefined ? [] : [more.length === 0 ? stem(first) : [first, ...more].join("_")]
  })

const constant = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/
const plain = /^[\p{Ll}\p{N}]+$/u

/** `getUserToken`, `GET_USER_TOKEN` and `get.user-token` all give `get`, `user`, `token`. */
export const partsOf = (raw: string): ReadonlyArray<string> =>
  (plain.test(raw) ? [raw] : raw
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, "$1_$2")
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1_$2")
    .toLowerCase()
    .split(/[_.:/-]+/)
  ).filter((part) => part.length > 1)
