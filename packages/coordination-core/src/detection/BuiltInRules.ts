/**
 * The rules that every mesh has: the seed's four, and what tasks declare to share.
 *
 * The first that matches names the relationship; the others are listed as evidence. A scope that
 * both tasks declare is decisive: a rule that rests on one comes before those that rest on words,
 * so `table:orders` on both sides is a Database_Schema whatever else the texts speak of.
 * (docs/rules.md, 6)
 *
 * Unlike the seed's validators these compare whole words, and where a word alone says little (two
 * tasks about some API, two about some table) they ask for a shared subject as well.
 */
import type { Direction } from "../fact/SessionFacts.ts"
import type * as Scope from "../task/Scope.ts"
import { key as taskKey } from "../task/TaskContext.ts"
import * as Lexicon from "./Lexicon.ts"
import { make, matched, type Rule, type RuleTask, unmatched, type Verdict } from "./Rule.ts"
import * as ScopeOverlap from "./ScopeOverlap.ts"
import { cut, quoted } from "./Sentence.ts"
import * as Terms from "./Terms.ts"

/** One task speaks of an API, the other of one or of building on it, and both of one subject. */
const apiContract = make({
  name: "API_Contract",
  description: "Tasks involving API contracts and implementations",
  keywords: Lexicon.wordsOf("api"),
  validator: (task1, task2) => {
    const declared = declaredTogether(task1, task2, ["api"])
    if (declared !== undefined) return declared
    const api1 = spoken(task1, "api")
    const api2 = spoken(task2, "api")
    if (api1.length === 0 && api2.length === 0) return unmatched
    const role1 = api1.length > 0 ? api1 : found(task1, builders)
    const role2 = api2.length > 0 ? api2 : found(task2, builders)
    const words = sharedWords(task1, task2, "api")
    const subject = words.length > 0 ? words : sharedConcepts(task1, task2)
    if (role1.length === 0 || role2.length === 0 || subject.length === 0) return unmatched
    const defines1 = api1.length > 0 && does(task1, definers)
    const defines2 = api2.length > 0 && does(task2, definers)
    return matched(
      sentence(task1, role1, task2, role2, subject),
      oneSided(defines1, defines2) ?? oneSided(api1.length > 0, api2.length > 0)
    )
  }
})

/** Both tasks work on one thing of a database, or one on a table and the other on what it holds. */
const databaseSchema = make({
  name: "Database_Schema",
  description: "Database schema changes affecting multiple services",
  keywords: Lexicon.wordsOf("database"),
  validator: (task1, task2) => {
    const declared = declaredTogether(task1, task2, ["table", "schema"])
    if (declared !== undefined) return declared
    const database1 = spoken(task1, "database")
    const database2 = spoken(task2, "database")
    const both = database1.length > 0 && database2.length > 0
    const subject = both ? sharedWords(task1, task2, "database") : []
    const [words1, words2] = both
      ? [database1, database2]
      : database1.length > 0 ? held(task1, task2) : held(task2, task1).toReversed()
    if (both ? subject.length === 0 : words1.length === 0) return unmatched
    return matched(
      sentence(task1, words1, task2, words2, subject),
      oneSided(
        database1.length > 0 && does(task1, makers),
        database2.length > 0 && does(task2, makers)
      )
    )
  }
})

/** Both tasks speak of feature flags, or of settings and one subject. */
const configurationDependency = make({
  name: "Configuration_Dependency",
  description: "Configuration changes affecting multiple components",
  keywords: [...Lexicon.wordsOf("setting"), ...Lexicon.wordsOf("flag")],
  validator: (task1, task2) => {
    const declared = declaredTogether(task1, task2, ["env", "flag"])
    if (declared !== undefined) return declared
    const constants = shared(task1, task2, "constant")
    const alone = constants.length > 0
      ? [constants, constants] as const
      : bothSpeak(task1, task2, ["flag"])
    const words = alone ?? bothSpeak(task1, task2, ["setting"])
    if (words === undefined) return unmatched
    const subject = alone === undefined ? sharedWords(task1, task2, "setting") : []
    if (alone === undefined && subject.length === 0) return unmatched
    return matched(
      sentence(task1, words[0], task2, words[1], subject),
      oneSided(does(task1, makers), does(task2, makers))
    )
  }
})

/** Both tasks speak of who may enter, or of secrecy, or of security at large and one subject. */
const securityCompliance = make({
  name: "Security_Compliance",
  description: "Security changes requiring coordinated implementation",
  keywords: [
    ...Lexicon.wordsOf("identity"),
    ...Lexicon.wordsOf("encryption"),
    ...Lexicon.wordsOf("certificate"),
    ...Lexicon.wordsOf("hardening")
  ],
  validator: (task1, task2) => {
    const [secret] = sharedConcepts(task1, task2)
    const subject = secret === undefined ? sharedWords(task1, task2, "hardening") : []
    const concepts = secret !== undefined ? [secret]
      : subject.length > 0 ? [...secrets, "hardening" as const]
      : []
    const words = bothSpeak(task1, task2, concepts)
    return words === undefined
      ? unmatched
      : matched(sentence(task1, words[0], task2, words[1], subject))
  }
})

/** Both tasks declare one scope, of whatever kind, and not both only use it. */
const sharedScope = make({
  name: "Shared_Scope",
  description: "Tasks that declare to touch the same thing",
  keywords: [],
  validator: (task1, task2) => declaredTogether(task1, task2) ?? unmatched
})

/** In the order in which they name a relationship. */
export const builtInRules: ReadonlyArray<Rule> = [
  apiContract,
  databaseSchema,
  configurationDependency,
  securityCompliance,
  sharedScope
]

const stems = (words: string): ReadonlyArray<string> =>
  [...new Set(words.split(" ").map(Lexicon.keyOf))]

const definers = stems("define design specify spec specification openapi swagger propose publish")
const builders = stems("implement consume consumer call caller integrate client sdk adopt")
const makers = stems("add create introduce define alter rename migrate migration drop remove split")
const changers = stems("change update extend modify partition shard backfill populate normalize")
const containers = new Set(stems("table schema column migration"))
const secrets = ["identity", "encryption", "certificate"] as const

/** What both declare of some kinds; of what both name and only read their words make no guess. */
const declaredTogether = (
  task1: RuleTask,
  task2: RuleTask,
  kinds?: ReadonlyArray<Scope.Kind>
): Verdict | undefined => {
  const isMeant = (subject: string): boolean =>
    kinds === undefined || kinds.some((kind) => subject.startsWith(`${kind}:`))
  const overlap = ScopeOverlap.between(task1, task2).find(({ subject }) => isMeant(subject))
  if (overlap === undefined) {
    const read = ScopeOverlap.onlyRead(task1, task2).filter(isMeant)
    const isSpoken = read.some((subject) => [task1, task2].some((task) => isNamed(subject, task)))
    return isSpoken ? unmatched : undefined
  }
  const { direction, operation1, operation2, subject } = overlap
  const reason = `${nameOf(task1)} declares to ${operation1} ${subject} and ${nameOf(task2)} to ` +
    `${operation2} it.`
  return { ...matched(reason, direction), declared: true }
}

/** Does the title of the task, or what stands out in it, name the thing? */
const isNamed = (subject: string, { terms }: RuleTask): boolean =>
  [...Terms.ofText(subject.slice(subject.indexOf(":") + 1)).keys()]
    .some((key) => terms.get(key)?.prominent === true)

const spoken = (task: RuleTask, concept: Lexicon.Concept): ReadonlyArray<string> =>
  task.concepts.get(concept) ?? []

/** The words of each task for the concepts, when both have some. */
const bothSpeak = (
  task1: RuleTask,
  task2: RuleTask,
  concepts: ReadonlyArray<Lexicon.Concept>
): readonly [ReadonlyArray<string>, ReadonlyArray<string>] | undefined => {
  const words1 = concepts.flatMap((concept) => spoken(task1, concept))
  const words2 = concepts.flatMap((concept) => spoken(task2, concept))
  return words1.length > 0 && words2.length > 0 ? [words1, words2] : undefined
}

const found = (task: RuleTask, keys: ReadonlyArray<string>): ReadonlyArray<string> =>
  keys.flatMap((key) => task.terms.get(key)?.text ?? [])

const does = (task: RuleTask, keys: ReadonlyArray<string>): boolean =>
  keys.some((key) => task.terms.has(key))

const oneSided = (one: boolean, two: boolean): Direction | undefined =>
  one === two ? undefined : one ? "task1_first" : "task2_first"

/** The telling words that both tasks use, but those of the concept itself. */
const sharedWords = (
  task1: RuleTask,
  task2: RuleTask,
  concept: Lexicon.Concept
): ReadonlyArray<string> =>
  shared(task1, task2, "word").filter((text) => !Lexicon.belongs(Lexicon.keyOf(text), concept))

/** The terms of a kind that stand in both tasks and in a title; sorted. */
const shared = (task1: RuleTask, task2: RuleTask, kind: Terms.Kind): ReadonlyArray<string> => {
  const texts: Array<string> = []
  for (const key of task1.keys.get(kind) ?? []) {
    const term = task1.terms.get(key)
    const other = task2.terms.get(key)
    if (term === undefined || other === undefined || /^\d+$/.test(key)) continue
    if (term.prominent || other.prominent) texts.push(term.text)
  }
  return texts.sort()
}

const sharedConcepts = (task1: RuleTask, task2: RuleTask): ReadonlyArray<Lexicon.Concept> =>
  secrets.filter((concept) => task1.concepts.has(concept) && task2.concepts.has(concept))

/** `preferences table` of the first task, `preferences` in the title of the second. */
const held = (
  task: RuleTask,
  other: RuleTask
): readonly [ReadonlyArray<string>, ReadonlyArray<string>] => {
  const things: Array<string> = []
  const names: Array<string> = []
  if (!does(task, [...makers, ...changers])) return [things, names]
  for (const key of task.keys.get("pair") ?? []) {
    const blank = key.indexOf(" ")
    if (!containers.has(key.slice(blank + 1))) continue
    const name = other.terms.get(key.slice(0, blank))
    if (name?.kind !== "word" || !name.prominent) continue
    things.push(task.terms.get(key)?.text ?? key)
    names.push(name.text)
  }
  return [things, names]
}

const sentence = (
  task1: RuleTask,
  words1: ReadonlyArray<string>,
  task2: RuleTask,
  words2: ReadonlyArray<string>,
  subject: ReadonlyArray<string>
): string =>
  `${nameOf(task1)} speaks of ${quoted(words1)}, ${nameOf(task2)} of ${quoted(words2)}` +
  (subject.length === 0 ? "." : `; both are about ${quoted(subject)}.`)

const nameOf = (task: RuleTask): string => cut(taskKey(task), 80)
