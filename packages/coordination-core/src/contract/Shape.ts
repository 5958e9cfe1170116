/**
 * The shape of a contract: what those who use it can see of it, member by member.
 *
 * A member stands on the side from which it is used: `in` is what a user gives (a parameter, a
 * field of a request), `out` what a user gets (a field of an answer, an export), `both` is either
 * (a column). That side decides which of its changes break a user. Where a shape came from leaves
 * no trace in it.
 */
import * as Hash from "../identity/Hash.ts"
import { compare } from "../replica/Sorted.ts"

export interface Member {
  /** Its place in the contract: `query.limit`, `200.items[].sku`, `total`. */
  readonly name: string
  /** Its type, in the words of its format; `value` is one of the values that a member may have. */
  readonly is: string
  readonly side: "in" | "out" | "both"
  /** A user must give it, or may rely on getting it. */
  readonly required: boolean
}

/** Sorted by name, each name once. */
export type Shape = ReadonlyArray<Member>

/** A shape of these members, in whatever order; what is described twice is both. */
export const make = (members: Iterable<Member>): Shape => {
  const byName = new Map<string, Member>()
  for (const member of members) {
    const known = byName.get(member.name)
    byName.set(member.name, known === undefined ? member : joined(known, member))
  }
  return [...byName.values()].sort((a, b) => compare(a.name, b.name))
}

/** 16 hexadecimal digits that are equal for equal shapes. */
export const digest = (shape: Shape): string =>
  Hash.ofText(
    JSON.stringify(shape.map(({ is, name, required, side }) => [name, is, side, required]))
  ).slice(0, 16)

const joined = (a: Member, b: Member): Member => ({
  name: a.name,
  is: [...new Set([...a.is.split(" | "), ...b.is.split(" | ")])].sort(compare).join(" | "),
  side: a.side === b.side ? a.side : "both",
  required: a.required && b.required
})
