/**
 * The short names that a person types: a case is `1`, an option of it `a`.
 *
 * A name stays with its case or option for as long as the case waits, so what a person read a
 * minute ago still means the same when other cases came and went. Names are this node's own.
 */

/** A case with the keys of its options, in the order in which they are shown. */
export interface Named {
  readonly session: string
  readonly keys: ReadonlyArray<string>
}

interface Names {
  readonly number: number
  /** By the key of the option. */
  readonly letters: ReadonlyMap<string, string>
}

export interface Numbering {
  readonly cases: ReadonlyMap<string, Names>
}

export const empty: Numbering = { cases: new Map() }

const alphabet = "abcdefghijklmnopqrstuvwxyz"

/**
 * Names the cases that wait now, and forgets those that wait no more. A new case gets the number
 * after the highest, and a new option the next letter; what is beyond `z` has none.
 */
export const after = ({ cases }: Numbering, waiting: ReadonlyArray<Named>): Numbering => {
  const named = new Map<string, Names>()
  const kept = waiting.flatMap(({ session }) => cases.get(session)?.number ?? [])
  let highest = Math.max(0, ...kept)
  for (const { keys, session } of waiting) {
    const before = cases.get(session)
    const letters = new Map(before?.letters)
    for (const key of keys) {
      const next = alphabet[letters.size]
      if (!letters.has(key) && next !== undefined) letters.set(key, next)
    }
    named.set(session, { number: before?.number ?? ++highest, letters })
  }
  return { cases: named }
}

export const numberOf = ({ cases }: Numbering, session: string): number | undefined =>
  cases.get(session)?.number

export const letterOf = ({ cases }: Numbering, session: string, key: string): string | undefined =>
  cases.get(session)?.letters.get(key)
