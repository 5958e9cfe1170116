/**
 * Where a term stands: the entries that hold it.
 *
 * While they are few, a list in the order of their claims: most terms are rare, and a short list
 * is small and quick to visit. Once they are many, a map: such a term tells tasks apart so badly
 * that nobody visits it and only its frequency matters. Adding and removing cost at most `fewMax`.
 */
import * as HashMap from "effect/HashMap"
import type { FactId } from "../identity/FactId.ts"
import * as Sorted from "../replica/Sorted.ts"

export const fewMax = 128

export interface Posting<A> {
  /** Empty when `many` holds them. */
  readonly few: ReadonlyArray<A>
  readonly many: HashMap.HashMap<FactId, A> | undefined
}

export const empty: Posting<never> = { few: [], many: undefined }

export const size = <A>({ few, many }: Posting<A>): number =>
  many === undefined ? few.length : HashMap.size(many)

/** Adds an item whose claim the posting does not hold. */
export const insert = <A extends { readonly claim: FactId }>(
  { few, many }: Posting<A>,
  item: A
): Posting<A> => {
  if (many !== undefined) return { few, many: HashMap.set(many, item.claim, item) }
  const all = Sorted.insert(few, item, ({ claim }) => claim)
  return all.length <= fewMax
    ? { few: all, many }
    : { few: [], many: HashMap.fromIterable(all.map((held) => [held.claim, held] as const)) }
}

export const remove = <A extends { readonly claim: FactId }>(
  { few, many }: Posting<A>,
  claim: FactId
): Posting<A> => {
  if (many === undefined) return { few: few.filter((held) => held.claim !== claim), many }
  const rest = HashMap.remove(many, claim)
  if (HashMap.size(rest) > fewMax) return { few, many: rest }
  const all = HashMap.toValues(rest).sort((a, b) => Sorted.compare(a.claim, b.claim))
  return { few: all, many: undefined }
}
