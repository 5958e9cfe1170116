/**
 * A rule that needs no code: words of the one task, words of the other, and who goes first.
 *
 * What a project writes into a file, so a rule of its own has the same evidence and the same budget
 * as any other. (docs/rules.md, 6)
 */
import * as Schema from "effect/Schema"
import { list, text } from "../fact/Text.ts"
import { key as taskKey } from "../task/TaskContext.ts"
import { builtInRules } from "./BuiltInRules.ts"
import * as Lexicon from "./Lexicon.ts"
import { make, matched, namePattern, type Rule, type RuleTask, unmatched } from "./Rule.ts"
import { cut, quoted } from "./Sentence.ts"

const names = new Set(builtInRules.map(({ name }) => name))
const Name = text(64).check(
  Schema.isPattern(namePattern, { message: "Expected a name like GraphQL_Schema" }),
  Schema.makeFilter((name: string) => names.has(name) ? `${name} is a rule of every mesh` : undefined)
)
const word = text(64).check(Schema.isPattern(/^[^\s]+( [^\s]+)?$/, { message: "Expected a word, or two" }))
const words = list(word, 32).check(Schema.isMinLength(1))

export const WordRule = Schema.Struct({
  name: Name,
  description: Schema.optionalKey(text(280)),
  /** They bring two tasks together that share no word. */
  keywords: words,
  /** Words of the one task, and of the other; the keywords where they are left out. */
  one: Schema.optionalKey(words),
  other: Schema.optionalKey(words),
  /** Which of them has to move first. */
  first: Schema.optionalKey(Schema.Literals(["one", "other"])),
  decisive: Schema.optionalKey(Schema.Boolean)
})
export type WordRule = typeof WordRule.Type

/** What a file of rules holds. */
export const WordRules = list(WordRule, 64).check(
  Schema.makeFilter((rules: ReadonlyArray<WordRule>) => {
    const twice = rules.find(({ name }, at) => rules.findIndex((other) => other.name === name) < at)
    return twice === undefined ? undefined : `two rules are named ${twice.name}`
  })
)

/** The rule that this writes. */
export const ruleOf = (written: WordRule): Rule => {
  const { description = "", decisive = false, first, keywords, name } = written
  const [one, other] = [written.one ?? keywords, written.other ?? keywords]
  return make({
    name,
    description,
    keywords: [...new Set([...keywords, ...one, ...other])],
    decisive,
    validator: (task1, task2) => {
      const straight = [found(task1, one), found(task2, other)] as const
      const isStraight = straight.every((words) => words.length > 0)
      const [words1, words2] = isStraight ? straight : [found(task1, other), found(task2, one)]
      if (words1.length === 0 || words2.length === 0) return unmatched
      const reason = `${name}: ${nameOf(task1)} speaks of ${quoted(words1)}, ` +
        `${nameOf(task2)} of ${quoted(words2)}.`
      return matched(
        reason,
        first === undefined ? undefined : (first === "one") === isStraight ? "task1_first" : "task2_first"
      )
    }
  })
}

const found = (task: RuleTask, phrases: ReadonlyArray<string>): ReadonlyArray<string> =>
  phrases.flatMap((phrase) => task.terms.get(Lexicon.keyOf(phrase))?.text ?? [])

const nameOf = (task: RuleTask): string => cut(taskKey(task), 80)
