/**
 * The sum of a set of ids: one small value for many, whatever their order.
 *
 * Four lanes of 48 bits are added up, so an id is put in and taken out at the cost of reading it.
 * Equal sets have equal sums. Unequal sets have unequal sums unless somebody grinds ids for it, so
 * a sum tells where to look and is never what a fact is trusted for.
 */

export type Sum = readonly [number, number, number, number]

export const zero: Sum = [0, 0, 0, 0]

/** The sum with an id (64 hexadecimal digits) in it. */
export const plus = (sum: Sum, id: string): Sum => together(sum, lanesOf(id))

/** The sum without an id that is in it. */
export const minus = (sum: Sum, id: string): Sum => less(sum, lanesOf(id))

/** The sum of a set without a part of it. */
export const less = (sum: Sum, [w, x, y, z]: Sum): Sum =>
  together(sum, [size - w, size - x, size - y, size - z])

/** The sum of two sets that have nothing in common. */
export const together = ([a, b, c, d]: Sum, [w, x, y, z]: Sum): Sum => [
  (a + w) % size,
  (b + x) % size,
  (c + y) % size,
  (d + z) % size
]

/** The sum as 48 hexadecimal digits. */
export const show = (sum: Sum): string => {
  const text = texts.get(sum) ?? sum.map((lane) => lane.toString(16).padStart(digits, "0")).join("")
  texts.set(sum, text)
  return text
}

/** Every heartbeat is compared with the same sum, as long as nothing comes in. */
const texts = new WeakMap<Sum, string>()

const digits = 12
const size = 2 ** 48

const lanesOf = (id: string): Sum => [lane(id, 0), lane(id, 1), lane(id, 2), lane(id, 3)]

const lane = (id: string, at: number): number =>
  Number.parseInt(id.slice(at * digits, (at + 1) * digits), 16)
