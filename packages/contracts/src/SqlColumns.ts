/**
 * The parts of SQL statements that shape columns: names, types, what a column demands.
 */
import type { Token } from "./SqlTokens.ts"

export interface Column {
  readonly type: string
  /** Whoever adds a row must give it: not null and without a default. */
  readonly isNeeded: boolean
}

/** A statement, read from left to right. */
export class Reading {
  private readonly tokens: ReadonlyArray<Token>
  private at = 0

  constructor(tokens: ReadonlyArray<Token>) {
    this.tokens = tokens
  }

  /** Goes past the word or sign, if it is next. */
  takes(text: string): boolean {
    const is = this.any(text)
    if (is) this.at++
    return is
  }

  /** Is one of these words next? */
  any(...words: ReadonlyArray<string>): boolean {
    const next = this.tokens[this.at]
    return next !== undefined && next.is !== "name" && words.includes(next.text)
  }

  /** Goes past these words, whichever of them come. */
  skip(...words: ReadonlyArray<string>): void {
    while (this.any(...words)) this.at++
  }

  has(word: string): boolean {
    return this.rest().some(({ is, text }) => is === "word" && text === word)
  }

  /** A name with the schema before it, in lower case; undefined when none is next. */
  name(): string | undefined {
    const parts: Array<string> = []
    do {
      const next = this.tokens[this.at]
      if (next === undefined || (next.is !== "name" && next.is !== "word")) return undefined
      parts.push(next.text.toLowerCase())
      this.at++
    } while (this.takes("."))
    return parts.join(".")
  }

  /** What stands in the parentheses that are next, in its parts; undefined when none are. */
  group(): ReadonlyArray<ReadonlyArray<Token>> | undefined {
    if (!this.any("(")) return undefined
    const start = this.at + 1
    for (let depth = 0; this.at < this.tokens.length; this.at++) {
      depth += depthOf(this.tokens[this.at])
      if (depth === 0) break
    }
    return parts(this.tokens.slice(start, this.at++))
  }

  rest(): ReadonlyArray<Token> {
    return this.tokens.slice(this.at)
  }
}

/** The parts between the commas, but for those in parentheses. */
export const parts = (tokens: ReadonlyArray<Token>): ReadonlyArray<ReadonlyArray<Token>> => {
  const all: Array<Array<Token>> = [[]]
  let depth = 0
  for (const token of tokens) {
    depth += depthOf(token)
    if (depth === 0 && token.is === "sign" && token.text === ",") all.push([])
    else all.at(-1)?.push(token)
  }
  return all.filter((part) => part.length > 0)
}

const depthOf = (token: Token | undefined): number =>
  token?.is !== "sign" ? 0 : token.text === "(" ? 1 : token.text === ")" ? -1 : 0

const constraints = [
  "constraint",
  "primary",
  "unique",
  "foreign",
  "check",
  "exclude",
  "index",
  "key",
  "fulltext",
  "like"
]

/** Is it a rule about columns, and no column itself? `key` and `index` may be names of columns. */
export const isConstraint = ([first, second, third]: ReadonlyArray<Token>): boolean => {
  if (first?.is !== "word" || !constraints.includes(first.text)) return false
  if (first.text !== "key" && first.text !== "index") return true
  return second?.text === "(" || third?.text === "("
}

/** A primary key demands its columns. */
export const constrain = (columns: Map<string, Column>, rule: ReadonlyArray<Token>): undefined => {
  const at = rule.findIndex(({ text }, here) => text === "primary" && rule[here + 1]?.text === "key")
  if (at < 0) return undefined
  const [names = []] = [
    new Reading(rule.slice(rule.findIndex(({ text }, here) => here > at && text === "("))).group()
  ]
  for (const part of names) {
    const name = new Reading(part).name()
    const column = name === undefined ? undefined : columns.get(name)
    const isGiven = column !== undefined && !/serial|identity|auto/.test(column.type)
    if (name !== undefined && isGiven) columns.set(name, { ...column, isNeeded: true })
  }
  return undefined
}

const endsType = new Set([
  "not",
  "null",
  "default",
  "primary",
  "unique",
  "references",
  "check",
  "constraint",
  "collate",
  "generated",
  "comment",
  "auto_increment",
  "autoincrement",
  "identity",
  "on",
  "as",
  "after",
  "first",
  "encode",
  "using",
  "key",
  "invisible"
])

const sameType: Readonly<Record<string, string>> = {
  int: "integer",
  int4: "integer",
  int8: "bigint",
  int2: "smallint",
  bool: "boolean",
  "character varying": "varchar",
  decimal: "numeric",
  timestamptz: "timestamp with time zone",
  "timestamp without time zone": "timestamp"
}

/** A column after its name. */
export const column = (tokens: ReadonlyArray<Token>): Column => {
  const end = tokens.findIndex(({ is, text }) => is === "word" && endsType.has(text))
  const words = end < 0 ? tokens : tokens.slice(0, end)
  const text = tokens.map((token) => (token.is === "word" ? token.text : "")).join(" ")
  const fills = /\b(default|auto_increment|autoincrement|identity|generated|as)\b/.test(text)
  const isFilled = fills || /^(small|big)?serial|^rowversion/.test(words[0]?.text ?? "")
  const type = typeOf(words)
  return {
    type: isFilled && type === "" ? "generated" : type,
    isNeeded: /\bnot +null\b|\bprimary key\b/.test(text) && !isFilled
  }
}

const typeOf = (words: ReadonlyArray<Token>): string => {
  const written = words
    .map(({ text }) => text.toLowerCase())
    .join(" ")
    .replaceAll(/ ?([(),[\].]) ?/g, "$1")
    .replace(/^(.*?)(\(|\[|$)/, (_, bare: string, after: string) => `${sameType[bare] ?? bare}${after}`)
  return written.trim()
}

/** `ALTER COLUMN … TYPE | SET | DROP`, `MODIFY`, `CHANGE`; gives what is wrong with any other. */
export const alter = (
  columns: Map<string, Column>,
  action: ReadonlyArray<Token>,
  at: Reading
): string | undefined => {
  const verb = action[0]?.text
  if (at.any("index", "constraint", "check", "key")) return undefined
  at.skip("column", "if", "exists")
  const old = at.name()
  const name = verb === "change" ? at.name() : old
  if (old === undefined || name === undefined) return `${verb} without a column`
  const known = columns.get(old) ?? { type: "unknown", isNeeded: false }
  if (verb === "change") columns.delete(old)
  if (at.takes("set") || at.takes("drop")) {
    const sets = action.some(({ text }) => text === "set")
    if (at.takes("not")) columns.set(name, { ...known, isNeeded: sets })
    else if (at.takes("default")) columns.set(name, { ...known, isNeeded: sets ? false : known.isNeeded })
    else if (at.takes("data")) columns.set(name, retyped(known, at))
    return undefined
  }
  columns.set(name, at.any("type") ? retyped(known, at) : column(at.rest()))
  return undefined
}

const retyped = (known: Column, at: Reading): Column => {
  at.skip("data", "type")
  return { ...known, type: column(at.rest()).type }
}
