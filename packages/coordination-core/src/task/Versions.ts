/**
 * Whether two ranges of versions have a version in common: `^4.2`, `~1.2.3`, `>=1 <3`, `2.x || 3`.
 *
 * Semantic versions without their pre-releases. A range that cannot be read may hold anything.
 */

/** From the first version, to before the second: each as one number. */
type Span = readonly [from: number, to: number]

/** Do two ranges have a version in common, as far as can be read? */
export const overlap = (one: string, other: string): boolean => {
  const [spans, others] = [spansOf(one), spansOf(other)]
  return spans === undefined || others === undefined ||
    spans.some((span) => others.some((each) => span[0] < each[1] && each[0] < span[1]))
}

const spansOf = (range: string): ReadonlyArray<Span> | undefined => {
  const spans = range.split("||").map((both) =>
    (both.match(/[\^~<>=v]*\s*[^\s,]+/g) ?? []).map((text) => spanOf(text.trim()))
      .reduce(narrowed, everything)
  )
  return spans.every((span) => span !== undefined) ? spans : undefined
}

const everything: Span = [0, Infinity]

const narrowed = (one: Span | undefined, other: Span | undefined): Span | undefined =>
  one === undefined || other === undefined
    ? undefined
    : [Math.max(one[0], other[0]), Math.min(one[1], other[1])]

const comparator = /^([\^~<>=]*)\s*v?(\d{1,5}|x|\*)(?:\.(\d{1,4}|x|\*))?(?:\.(\d{1,4}|x|\*))?(?:[-+].*)?$/

const spanOf = (text: string): Span | undefined => {
  const match = comparator.exec(text)
  if (match === null) return undefined
  const [sign = "", ...places] = match.slice(1)
  const given = places.findIndex((place) => !/^\d+$/.test(place ?? ""))
  const numbers = places.slice(0, given === -1 ? 3 : given).map(Number)
  if (numbers.length === 0) return everything
  const from = numberOf(numbers)
  switch (sign) {
    case "^":
    case "~>":
      return [from, next(numbers, sign === "^" ? significant(numbers) : Math.max(1, numbers.length - 1))]
    case "~":
      return [from, next(numbers, Math.min(2, numbers.length))]
    case ">=":
      return [from, Infinity]
    case ">":
      return [next(numbers, numbers.length), Infinity]
    case "<":
      return [0, from]
    case "<=":
      return [0, next(numbers, numbers.length)]
    default:
      return [from, next(numbers, numbers.length)]
  }
}

/** How many places `^` holds still: up to the first that is not 0. */
const significant = (numbers: ReadonlyArray<number>): number => {
  const first = numbers.findIndex((number) => number > 0)
  return first === -1 ? numbers.length : first + 1
}

const base = 10_000

const numberOf = ([major = 0, minor = 0, patch = 0]: ReadonlyArray<number>): number =>
  (major * base + minor) * base + patch

/** The first version that differs in the first `places` numbers. */
const next = (numbers: ReadonlyArray<number>, places: number): number => {
  const kept = numbers.slice(0, places)
  return numberOf([...kept.slice(0, -1), (kept.at(-1) ?? 0) + 1])
}
