/**
 * Small sorted lists without doubles: how replicated state keeps the order of arrival out.
 *
 * Inserting costs the length of the list, so it is for the few things that belong to one claim or
 * one task, never for what a stranger can multiply.
 */

/** The list with the item at its place; the same list when an item with that key is in it. */
export const insert = <A>(
  items: ReadonlyArray<A>,
  item: A,
  key: (item: A) => string
): ReadonlyArray<A> => {
  const wanted = key(item)
  const at = items.findIndex((other) => key(other) >= wanted)
  if (at === -1) return [...items, item]
  const found = items[at]
  return found !== undefined && key(found) === wanted
    ? items
    : [...items.slice(0, at), item, ...items.slice(at)]
}

/** Text order by code unit: the same on every machine and in every locale. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
