/**
 * What is measured of a pair: the second, careful stage looks at nothing else.
 *
 * Numbers only: no name of a repository, no word. Rarities are divided by the rarity of a term that
 * nobody else holds, so that they mean the same among hundreds and among hundreds of thousands.
 */
/** The features, each with the kind of evidence that it is. */
export const groups = {
  cosine: "words", cosineWords: "words", cosineNames: "words", cosinePairs: "words",
  titles: "words", titleInBody: "words", bodyInTitle: "words",
  rarest: "words", second: "words", onlyTwo: "words", fewest: "words", fewestInTitle: "words",
  shared: "words", sharedRarity: "words", coverage: "words", coverageOther: "words",
  score: "words", scoreSlow: "words", rank: "list", rankCosine: "list", gap: "list", ratio: "list",
  lead: "list", top: "list", secondTop: "list", close: "list", lonely: "list", ofRepository: "list",
  age: "time", since: "time", sinceOwn: "time",
  names: "repository", namedBy: "repository", namesPart: "repository", partNamedBy: "repository",
  kinship: "repository",
  confirmed: "history", confirmedAge: "history", forward: "history", backward: "history",
  confirmedRate: "history", confirmedRateOther: "history", portion: "history", portionOther: "history",
  length: "words", lengthOther: "words", copies: "list", near: "list",
  activity: "time", activityOther: "time", rate: "history", rateOther: "history", known: "history"
} as const

export type Name = keyof typeof groups
export type Group = (typeof groups)[Name]

// The keys of a literal are its features; the language types them as strings.
export const names = Object.keys(groups) as ReadonlyArray<Name>

export const count = names.length

/** Where each feature stands in a row. */
export const at = Object.fromEntries(
  names.map((name, place) => [name, place])
  // Every name of a feature is a key.
) as Readonly<Record<Name, number>>
