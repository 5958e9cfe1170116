/**
 * What is left of a word once its grammar is gone, and which words say nothing at all.
 *
 * A few suffix rules of English, in the spirit of Porter's stemmer: forms of one word mostly get
 * one stem (`migrate`, `migrations`, `migrating` → `migr`), and a stem is never shown to anyone.
 * Words of other languages mostly pass as they are.
 */

/** The stem of a lower-case word. Total; words of less than four letters are their own stem. */
export const stem = (word: string): string => {
  if (word.length < 4) return word
  const bare = withoutPlural(word)
  const root = withoutAction(bare)
  const short = root.endsWith("e") && root.length > 3 ? root.slice(0, -1) : root
  const noun = /[st]ion$/.test(short) && short.length > 6 ? short.slice(0, -3) : short
  const base = noun !== bare && noun.endsWith("at") && noun.length > 5 ? noun.slice(0, -2) : noun
  return base.length > 4 && base.at(-1) === base.at(-2) ? base.slice(0, -1) : base
}

const withoutPlural = (word: string): string =>
  word.endsWith("ies") ? `${word.slice(0, -3)}y`
  : word.endsWith("s") && !/[siu]s$/.test(word) ? word.slice(0, -1)
  : word

const withoutAction = (word: string): string => {
  if (word.endsWith("ied")) return `${word.slice(0, -3)}y`
  const cut = word.endsWith("ing") ? 3 : word.endsWith("ed") && !word.endsWith("eed") ? 2 : 0
  const rest = word.slice(0, word.length - cut)
  return cut > 0 && rest.length > 2 && /[aeiouy]/.test(rest) ? rest : word
}

const listed = (...lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.flatMap((line) => line.split(" "))

/** Words of grammar: they are no terms at all. */
export const stopWords: ReadonlySet<string> = new Set(listed(
  "a about after all also an and any are as at be because been before being both but by can",
  "could did do does each for from had has have here how i if in into is it its just may more",
  "no not now of on only or other our out over same should so some such than that the their",
  "them then there these they this those to too under until up us very via was we were what",
  "when where which while who will with would you your"
))

/**
 * What developers do all day, as stems: such words tell a rule who makes and who uses a thing, and
 * tell nobody what the thing is, so they have no weight of their own.
 */
export const actions: ReadonlySet<string> = new Set(listed(
  "add allow build change check clean cleanup commit consume create define delete design",
  "disable document drop enable ensure extend fix handle implement implementation improve",
  "integrate introduce make modify move new patch prepare provide publish read refactor release",
  "remove rename replace revert rework run set specify support switch test update upgrade use",
  "using verify write"
).map(stem))

/** Words that stand in every second task, as stems: they weigh little. */
export const commonplaces: ReadonlySet<string> = new Set(listed(
  "actually api app application argument backend bug case class client code command component",
  "config configuration correct currently database default early endpoint environment error",
  "exception exist fail failure feature file follow frontend function get give go good help",
  "instead issue issues keep kill lib library list longer main manage message method missing",
  "module name need old option page parameter possible project proper properly repo repository",
  "require result return right schema script see server service show start stop system table",
  "task thing time type unused user value version want way work"
).map(stem))
