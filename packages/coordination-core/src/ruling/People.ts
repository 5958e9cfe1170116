/**
 * Who may rule, and which members are revoked. A fold over rulings about people and members.
 *
 *     founder ──adds──▶ person ──adds──▶ person …       known: ever added along such a chain
 *                                                        in good standing: along unrevoked people
 *
 * Being known never ends, so a decision never loses its status; losing good standing sends a
 * person's decisions back to the inbox. Only the founder can revoke the founder. (docs/rules.md, 7)
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import type { Fact } from "../fact/Fact.ts"
import type { Origin } from "../identity/FactId.ts"
import * as FactIds from "../identity/FactId.ts"
import type { NodeId, PersonId } from "../identity/NodeId.ts"
import * as Sorted from "../replica/Sorted.ts"
import type { Ruling, RulingId } from "./Ruling.ts"

/** A person, as the rulings have it. */
export interface Person {
  readonly person: PersonId
  readonly name: string
  readonly standing: "founder" | "active" | "revoked"
}

/** A node that a ruling listed as a member or revoked. */
export interface Member {
  readonly node: NodeId
  readonly name: string
  readonly standing: "member" | "revoked"
}

export interface People {
  readonly founder: PersonId
  readonly rulings: HashMap.HashMap<RulingId, Ruling>
  /** All who were ever added, the founder first, then by id. */
  readonly known: ReadonlyArray<Person>
  /** The nodes that people in good standing listed, with the names they gave them. */
  readonly listed: HashMap.HashMap<NodeId, string>
  /** The last valid place of each log of a revoked member; logs not named have none. */
  readonly revoked: HashMap.HashMap<NodeId, Readonly<Record<string, number>>>
}

export const empty = (founder: PersonId): People => ({
  founder,
  rulings: HashMap.empty(),
  known: [{ person: founder, name: "founder", standing: "founder" }],
  listed: HashMap.empty(),
  revoked: HashMap.empty()
})

export const evolve = (people: People, fact: Fact): People => {
  const { ruling } = fact
  if (ruling === undefined || ruling.ruling.kind === "decide_session") return people
  if (HashMap.has(people.rulings, ruling.id)) return people
  const rulings = HashMap.set(people.rulings, ruling.id, ruling)
  const ordered = HashMap.toValues(rulings).sort((a, b) => Sorted.compare(a.id, b.id))
  const known = knownPeople(people.founder, ordered)
  return {
    founder: people.founder,
    rulings,
    known,
    listed: listedMembers(known, ordered),
    revoked: revokedMembers(known, ordered)
  }
}

/** Was this key ever a person's of this mesh? */
export const isKnown = (people: People, person: PersonId): boolean =>
  people.known.some((known) => known.person === person)

/** Is this person known and not revoked? */
export const inGoodStanding = (people: People, person: PersonId): boolean =>
  people.known.some((known) => known.person === person && known.standing !== "revoked")

/** Is the place beyond what a revocation left valid? */
export const isRevoked = (people: People, origin: Origin): boolean => {
  const lastPlaces = Option.getOrUndefined(HashMap.get(people.revoked, origin.node))
  return lastPlaces !== undefined && origin.seq > (lastPlaces[FactIds.nonce(origin.log)] ?? 0)
}

/** Was the node's membership revoked, from whatever place on? */
export const isRevokedMember = (people: People, node: NodeId): boolean =>
  HashMap.has(people.revoked, node)

/** The nodes of which a revocation leaves less valid than before. */
export const revokedAnew = (before: People, after: People): ReadonlyArray<NodeId> =>
  before.rulings === after.rulings ? [] : [...HashMap.entries(after.revoked)].flatMap(([node, places]) => {
    const known = Option.getOrUndefined(HashMap.get(before.revoked, node))
    return known !== undefined && areSame(known, places) ? [] : [node]
  })

/** The people who are known, or in good standing, as they were not before. */
export const stoodOtherwise = (before: People, after: People): ReadonlyArray<PersonId> => {
  if (before.rulings === after.rulings) return []
  const standings = new Map(before.known.map(({ person, standing }) => [person, standing]))
  return after.known
    .filter(({ person, standing }) => standings.get(person) !== standing)
    .map(({ person }) => person)
}

const areSame = (one: Readonly<Record<string, number>>, other: Readonly<Record<string, number>>): boolean => {
  const entries = Object.entries(one)
  return entries.length === Object.keys(other).length && entries.every(([log, seq]) => other[log] === seq)
}

/** Did a person who is in good standing list the node? A revocation does not undo that. */
export const isListed = (people: People, node: NodeId): boolean => HashMap.has(people.listed, node)

/** The nodes that were listed or revoked, by their ids. */
export const members = ({ listed, revoked }: People): ReadonlyArray<Member> =>
  [...new Set([...HashMap.keys(listed), ...HashMap.keys(revoked)])]
    .sort(Sorted.compare)
    .map((node) => ({
      node,
      name: Option.getOrElse(HashMap.get(listed, node), () => ""),
      standing: HashMap.has(revoked, node) ? "revoked" : "member"
    }))

const knownPeople = (founder: PersonId, rulings: ReadonlyArray<Ruling>): ReadonlyArray<Person> => {
  const known = reachable(founder, rulings, () => true)
  const revoked = new Set(
    rulings.flatMap(({ by, ruling }) =>
      ruling.kind === "revoke_person" && known.has(by) && (ruling.person !== founder || by === founder)
        ? [ruling.person]
        : []
    )
  )
  const standing = revoked.has(founder)
    ? new Map<PersonId, string>()
    : reachable(founder, rulings, (person) => !revoked.has(person))
  // The founder is found first.
  const all = [...known]
  return [...all.slice(0, 1), ...all.slice(1).sort(([a], [b]) => Sorted.compare(a, b))]
    .map(([person, name]) => ({
      person,
      name,
      standing: !standing.has(person) ? "revoked" : person === founder ? "founder" : "active"
    }))
}

/** Everyone whom additions lead to from the founder, through people who pass; with their names. */
const reachable = (
  founder: PersonId,
  rulings: ReadonlyArray<Ruling>,
  passes: (person: PersonId) => boolean
): Map<PersonId, string> => {
  const found = new Map<PersonId, string>([[founder, "founder"]])
  // Each turn finds at least one more, so as many turns as rulings are enough.
  for (let turn = 0; turn < rulings.length; turn++) {
    const before = found.size
    for (const { by, ruling } of rulings) {
      if (ruling.kind !== "add_person" || !found.has(by) || !passes(ruling.person)) continue
      if (!found.has(ruling.person)) found.set(ruling.person, ruling.name)
    }
    if (found.size === before) break
  }
  return found
}

/** Whom only people listed that were revoked since is not listed. Of several names the first holds. */
const listedMembers = (known: ReadonlyArray<Person>, rulings: ReadonlyArray<Ruling>) => {
  const people = new Set(known.filter(({ standing }) => standing !== "revoked").map(({ person }) => person))
  return rulings.reduce(
    (listed, { by, ruling }) =>
      ruling.kind === "add_member" && people.has(by) && !HashMap.has(listed, ruling.node)
        ? HashMap.set(listed, ruling.node, ruling.name)
        : listed,
    HashMap.empty<NodeId, string>()
  )
}

/** Of several revocations of one member the lowest place of each log holds. */
const revokedMembers = (known: ReadonlyArray<Person>, rulings: ReadonlyArray<Ruling>) => {
  const people = new Set(known.map((person) => person.person))
  let revoked = HashMap.empty<NodeId, Readonly<Record<string, number>>>()
  for (const { by, ruling } of rulings) {
    if (ruling.kind !== "revoke_member" || !people.has(by)) continue
    const before = Option.getOrUndefined(HashMap.get(revoked, ruling.node))
    const places = Object.entries(ruling.last_places)
      .map(([nonce, seq]) => [nonce, before === undefined ? seq : Math.min(seq, before[nonce] ?? 0)] as const)
    revoked = HashMap.set(revoked, ruling.node, Object.fromEntries(places))
  }
  return revoked
}
