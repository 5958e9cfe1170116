/**
 * What came of some texts lately, so that the same text is not worked through again.
 *
 *     set ──▶ young ──full──▶ old ──full again──▶ gone        get: young, or old and young again
 *
 * Two generations bound it without a list of what was used when. What is kept must follow from the
 * text alone.
 */
export interface Recent<A> {
  readonly get: (text: string) => A | undefined
  readonly set: (text: string, value: A) => void
}

/** Texts of at most so many characters are kept in one generation; a longer one is not kept. */
export const make = <A>(lengthMax: number): Recent<A> => {
  let [young, old, length] = [new Map<string, A>(), new Map<string, A>(), 0]
  const set = (text: string, value: A): void => {
    if (text.length > lengthMax) return
    if (length + text.length > lengthMax) [young, old, length] = [new Map(), young, 0]
    young.set(text, value)
    length += text.length
  }
  return {
    get: (text) => {
      const found = young.get(text)
      if (found !== undefined) return found
      const older = old.get(text)
      if (older !== undefined) set(text, older)
      return older
    },
    set
  }
}
