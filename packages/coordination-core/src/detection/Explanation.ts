/**
 * Why two tasks were taken to belong together, for those who have to believe it.
 */
import * as Link from "../contract/Link.ts"
import type { Direction, Evidence } from "../fact/SessionFacts.ts"
import { key as taskKey } from "../task/TaskContext.ts"
import type { Pushes } from "./Confidence.ts"
import type { Entry } from "./Index.ts"
import type { Rule, RuleTask, Verdict } from "./Rule.ts"
import type { Overlap } from "./ScopeOverlap.ts"
import { cut, quoted } from "./Sentence.ts"
import type { Kind } from "./Terms.ts"

/** A rule that matched, and how many tasks hold the words it rests on. */
export interface Fired {
  readonly rule: Rule
  readonly verdict: Verdict
  readonly crowd: number
}

/** A term of both tasks, and its part of their likeness. */
export interface Shared {
  readonly key: string
  readonly part: number
}

/** A task of a pair, as it was claimed and as it was read. */
export interface Side {
  readonly entry: Entry
  readonly task: RuleTask
}

/** All that was found out about a pair. */
export interface Pair {
  readonly query: Side
  readonly found: Side
  readonly shared: ReadonlyArray<Shared>
  readonly fired: ReadonlyArray<Fired>
  readonly overlaps: ReadonlyArray<Overlap>
  /** The contracts between their repositories that they name, the most telling first. */
  readonly links: ReadonlyArray<Link.Link>
  /** The repositories that are named by the task of the other. */
  readonly mentions: ReadonlyArray<string>
}

/** The rules that matched, in the order in which they name the pair: what was declared first. */
export const naming = ({ fired }: Pair): ReadonlyArray<Fired> => [
  ...fired.filter(({ verdict }) => verdict.declared === true),
  ...fired.filter(({ verdict }) => verdict.declared !== true)
]

/** A contract tells what two tasks have to do with each other where both name it. */
const bothName = ({ links: [first] }: Pair): Link.Link | undefined =>
  first !== undefined && Link.isShared(first) ? first : undefined

/** The name of what the two have to do with each other, where a rule or a contract tells. */
export const relationship = (pair: Pair): string | undefined => {
  const [named] = naming(pair)
  const kind = bothName(pair)?.contract.split(":")[0] ?? ""
  return named?.rule.name ?? relationships[kind]
}

const relationships: Readonly<Record<string, string>> = {
  api: "API_Contract",
  schema: "API_Contract",
  table: "Database_Schema",
  env: "Configuration_Dependency",
  flag: "Configuration_Dependency"
}

/** Who has to move first: as both declare it, as a contract has it, as a rule reads it. */
export const direction = (pair: Pair): Direction | undefined => {
  const link = bothName(pair)
  const told = (fired: ReadonlyArray<Fired>) =>
    fired.flatMap(({ verdict }) => verdict.direction ?? [])[0]
  return told(pair.fired.filter(({ verdict }) => verdict.declared === true)) ??
    (link && Link.direction(link, pair.query.entry.task.repository)) ??
    told(pair.fired)
}

/** One or two sentences, at most 500 characters. */
export const reason = (pair: Pair): string => {
  const [named] = naming(pair)
  const [link] = pair.links
  const [task1, task2] = [pair.query, pair.found].map(({ entry }) => cut(taskKey(entry.task), 80))
  const texts = told(pair)
  const head = named !== undefined
    ? named.verdict.reason
    : texts.length > 0
    ? `${task1} and ${task2} both speak of ${quoted(texts)}.`
    : link === undefined
    ? `${task1} and ${task2} may touch the same thing.`
    : `${task1} and ${task2} meet at a contract:`
  if (link === undefined) return cut(head, 500)
  const stands = `${standing(link, pair)}.`
  return `${cut(head, 500 - stands.length - 1)} ${stands}`
}

/** `web uses \`GET /v1/users\`, which backend provides; both tasks name it` */
const standing = (link: Link.Link, { found, query }: Pair): string => {
  const [provider, consumer, contract] = [link.provider, link.consumer, shown(link.contract)]
    .map((text) => cut(text, 40))
  const [own] = [query, found].filter(({ entry: { task } }) =>
    (link.providing === undefined ? link.consumer : link.provider) === task.repository)
  const names = Link.isShared(link) || own === undefined
    ? "both tasks name it"
    : `${cut(taskKey(own.entry.task), 40)} names it`
  return `${consumer} uses \`${contract}\`, which ${provider} provides; ${names}`
}

/** Operations as people write them, everything else with its kind. */
const shown = (contract: string): string => contract.replace(/^api:(?=[A-Z]+ )/, "")

/** At most 16 pieces, the weightiest first; the weights add up to at most 1. */
export const evidence = (pair: Pair, pushes: Pushes): ReadonlyArray<Evidence> => {
  const { fired, links, mentions, overlaps, query, shared } = pair
  const total = Object.values(pushes).reduce((sum, push) => sum + push, 0)
  const likeness = shared.reduce((sum, { part }) => sum + part, 0)
  const piece = (kind: Evidence["kind"], what: string, push: number): Evidence => ({
    kind,
    what: cut(what, 160),
    weight: Math.floor(1000 * push / (total || 1)) / 1000
  })
  return [
    ...overlaps.map(({ operation1, operation2, subject }) =>
      piece("scope", `${subject}: ${operation1} and ${operation2}`, pushes.scope / overlaps.length)
    ),
    ...naming(pair).map(({ rule, verdict }) =>
      piece("rule", `${rule.name}: ${verdict.reason}`, pushes.rule / fired.length)
    ),
    ...links.slice(0, linksTold).map((link, _, told) =>
      piece("repository", standing(link, pair), pushes.contract / told.length)
    ),
    ...mentions.map((repository) =>
      piece("repository", repository, pushes.mentions / mentions.length)
    ),
    ...shared.flatMap(({ key, part }) => {
      const term = query.task.terms.get(key)
      if (term === undefined || term.kind === "scope") return []
      const kind = term.kind === "path" || term.kind === "file" ? "path" : "words"
      return [piece(kind, term.text, pushes.words * part / likeness)]
    })
  ].sort((a, b) => b.weight - a.weight).slice(0, 16)
}

/** So many contracts are told of a pair. */
const linksTold = 3

/** The kinds of terms in the order in which a tired reader understands them. */
const clarity: ReadonlyArray<Kind> =
  ["scope", "path", "constant", "identifier", "file", "pair", "word", "commonplace"]

/** What both speak of. */
const told = ({ query, shared }: Pair): ReadonlyArray<string> => {
  const terms = shared.flatMap(({ key }) => query.task.terms.get(key) ?? [])
  return clarity.flatMap((kind) =>
    terms.filter((term) => term.kind === kind).map(({ text }) => text)
  )
}
