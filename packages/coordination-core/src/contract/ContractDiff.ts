/**
 * What became of contracts between two states of a repository, and what of it breaks whom.
 *
 *     a member that users give     new and required ⇒ breaks · gone ⇒ breaks · now required ⇒ breaks
 *     a member that users get      gone ⇒ breaks · no longer sure ⇒ breaks · new ⇒ harmless
 *     of another type              breaks
 *
 * Pure: equal states give no change, and each change says why it breaks or does not.
 */
import * as Sorted from "../replica/Sorted.ts"
import { type Contract, merged, type Scanned, type Unknown } from "./Contract.ts"
import type { Member, Shape } from "./Shape.ts"

export interface MemberChange {
  readonly member: string
  readonly what: "added" | "removed" | "changed"
  readonly breaking: boolean
  /** In words, e.g. `was integer, is string`. */
  readonly why: string
}

export interface ContractChange {
  readonly contract: string
  /** Where the contract is described, or was. */
  readonly file: string
  readonly what: "added" | "removed" | "changed"
  readonly breaking: boolean
  readonly why: string
  readonly members: ReadonlyArray<MemberChange>
}

export interface Comparison {
  readonly changes: ReadonlyArray<ContractChange>
  /** Why there may be more changes. */
  readonly unknown: ReadonlyArray<Unknown>
}

/**
 * What became of what one scan found in another. A file that one of them could not read says
 * nothing: what stood in it is unknown and not gone, unless the same words are in it on both sides.
 */
export const compare = (before: Scanned, after: Scanned): Comparison => {
  const unknown = [...doubts(before, after), ...doubts(after, before)]
  const [lostIn, newIn] = [after, before].map((side) => new Set(side.unknown.map(({ file }) => file)))
  return {
    changes: diff(before.provides, after.provides).filter(
      ({ file, what }) => what === "changed" || !(what === "removed" ? lostIn : newIn)?.has(file)
    ),
    unknown: merged([{ provides: [], consumes: [], unknown }]).unknown
  }
}

/** What one side could not read, but for the texts that neither could. */
const doubts = (one: Scanned, other: Scanned): ReadonlyArray<Unknown> => {
  const key = ({ because, digest, file }: Unknown) => `${file} ${digest} ${because}`
  const known = new Set(other.unknown.filter(({ digest }) => digest !== undefined).map(key))
  return one.unknown.filter((each) => !known.has(key(each)))
}

/** The changes from one state to another, in the order of the contracts' names. */
export const diff = (
  before: ReadonlyArray<Contract>,
  after: ReadonlyArray<Contract>
): ReadonlyArray<ContractChange> => {
  const [old, now] = [byName(before), byName(after)]
  return [...new Set([...old.keys(), ...now.keys()])]
    .sort(Sorted.compare)
    .flatMap((name) => changed(old.get(name), now.get(name)))
}

/** The changes of one shape. What comes or goes with the member around it is not told by itself. */
export const members = (before: Shape, after: Shape): ReadonlyArray<MemberChange> => {
  const [old, now] = [byName(before), byName(after)]
  const comesOrGoes = (name: string) => old.has(name) !== now.has(name)
  return [...new Set([...old.keys(), ...now.keys()])]
    .sort(Sorted.compare)
    .filter((name) => !(comesOrGoes(name) && around(name).some(comesOrGoes)))
    .flatMap((name) => memberChange(name, old.get(name), now.get(name)))
}

/** The names of the members that a member may be in: `a` and `a.b` of `a.b[]`. */
const around = (name: string): ReadonlyArray<string> =>
  [...name.matchAll(/[.[=(]/g)].map(({ index }) => name.slice(0, index))

const byName = <A extends { readonly name: string }>(items: ReadonlyArray<A>): ReadonlyMap<string, A> =>
  new Map(items.map((item) => [item.name, item]))

const changed = (old: Contract | undefined, now: Contract | undefined): ReadonlyArray<ContractChange> => {
  if (old === undefined || now === undefined)
    return [old ?? now].flatMap((only) =>
      only === undefined
        ? []
        : [
            {
              contract: only.name,
              file: only.file,
              what: now === undefined ? ("removed" as const) : ("added" as const),
              breaking: now === undefined,
              why: now === undefined ? "nobody provides it here any more" : "nobody used it yet",
              members: []
            }
          ]
    )
  const changes = members(old.shape, now.shape)
  const breaks = changes.filter(({ breaking }) => breaking)
  const [first] = breaks.length > 0 ? breaks : changes
  return first === undefined
    ? []
    : [
        {
          contract: now.name,
          file: now.file,
          what: "changed",
          breaking: breaks.length > 0,
          why:
            `${first.member}: ${first.why}` +
            (changes.length > 1 ? ` (and ${changes.length - 1} more)` : ""),
          members: changes
        }
      ]
}

const memberChange = (
  member: string,
  old: Member | undefined,
  now: Member | undefined
): ReadonlyArray<MemberChange> => {
  if (old === undefined || now === undefined) {
    return now === undefined
      ? old === undefined
        ? []
        : [{ member, what: "removed", ...lost(old) }]
      : [
          {
            member,
            what: "added",
            ...gained(now)
          }
        ]
  }
  const reasons = [...retyped(old, now), ...bound(old, now)]
  const [first] = reasons.filter(({ breaking }) => breaking).concat(reasons)
  return first === undefined
    ? []
    : [
        {
          member,
          what: "changed",
          breaking: first.breaking,
          why: reasons.map(({ why }) => why).join("; ")
        }
      ]
}

type Reason = Pick<MemberChange, "breaking" | "why">

const lost = ({ is, side }: Member): Reason =>
  is === "value" && side === "out"
    ? { breaking: false, why: "is never answered any more" }
    : { breaking: true, why: side === "in" ? "is no longer taken" : "is no longer there" }

const gained = ({ required, side }: Member): Reason =>
  side !== "out" && required
    ? { breaking: true, why: "is new and must be given" }
    : { breaking: false, why: "is new" }

const retyped = (old: Member, now: Member): ReadonlyArray<Reason> => {
  if (old.is === now.is && old.side === now.side) return []
  const widened = now.side === "in" && old.side === "in" && old.is === "integer" && now.is === "number"
  return [{ breaking: !widened, why: `was ${old.is}, is ${now.is}` }]
}

const bound = (old: Member, now: Member): ReadonlyArray<Reason> => {
  if (old.required === now.required) return []
  return now.required
    ? [
        {
          breaking: now.side !== "out",
          why: now.side === "out" ? "is always there now" : "must be given now"
        }
      ]
    : [
        {
          breaking: now.side !== "in",
          why: now.side === "in" ? "need not be given now" : "may be missing now"
        }
      ]
}
