/**
 * The short names that a person types: a case is `1`, an option of it `a`.
 *
 * A name stays with its case or option, and never names another one: what a person read, or was
 * sent, an hour ago may be gone, but it does not mean a case that came since. Names are this node's
 * own, and outlive its process as a note in its store.
 */

/** A case with the keys of its options by letter; an empty one keeps its letter free. */
export interface Named {
  readonly session: string
  readonly keys: ReadonlyArray<string>
}

/** A case that waits; of its keys the first is `a`. */
export interface Names extends Named {
  readonly number: number
}

export interface Numbering {
  /** The highest number that was ever given. */
  readonly last: number
  readonly cases: ReadonlyArray<Names>
}

export const empty: Numbering = { last: 0, cases: [] }

const alphabet = "abcdefghijklmnopqrstuvwxyz"

/**
 * Names the cases that wait now, and forgets those that wait no more; the same where nothing
 * changed. A new option gets the letter that was kept free for it, else the next; what is beyond
 * `z` has none.
 */
export const after = (before: Numbering, waiting: ReadonlyArray<Named>): Numbering => {
  const known = new Map(before.cases.map((names) => [names.session, names]))
  let { last } = before
  const cases = waiting.map(({ keys, session }): Names => {
    const names = known.get(session)
    if (names === undefined) return { session, number: ++last, keys: keys.slice(0, alphabet.length) }
    const added = keys.reduce(placed, names.keys)
    return added === names.keys ? names : { ...names, keys: added }
  })
  const isSame = cases.length === known.size && cases.every((names) => known.get(names.session) === names)
  return isSame ? before : { last, cases }
}

const placed = (letters: ReadonlyArray<string>, key: string, at: number): ReadonlyArray<string> => {
  if (key === "" || letters.includes(key)) return letters
  if (letters[at] === "") return letters.with(at, key)
  return letters.length < alphabet.length ? [...letters, key] : letters
}

/** The names of a case that waits. */
export const of = ({ cases }: Numbering): ReadonlyMap<string, Names> =>
  new Map(cases.map((names) => [names.session, names]))

/** The letter of an option; none beyond `z`. */
export const letterOf = ({ keys }: Pick<Names, "keys">, key: string): string | undefined =>
  keys.includes(key) ? alphabet[keys.indexOf(key)] : undefined
