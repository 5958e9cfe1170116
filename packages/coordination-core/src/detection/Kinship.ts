/**
 * Repositories by their names: who is called after whom, and where a text speaks of one.
 *
 * `python-novaclient`, `puppet-nova` and `nova` are kin: a part of one name begins a part of the
 * other. The fewer repositories share that part, the closer the kinship, so a prefix that half of
 * an organisation's names have says nothing. No name is known beforehand.
 */
import { stem } from "./Stem.ts"
import { hashOf } from "./Reading.ts"

export interface Named {
  readonly name: string
  /** The parts of the name, as they are written. */
  readonly parts: ReadonlyArray<string>
  /** The hashes under which a text names the repository: in full, and by its initials. */
  readonly hashes: ReadonlyArray<number>
  /** The hashes of the parts, and the groups that they put the repository into. */
  readonly partHashes: Int32Array
  readonly groups: ReadonlyArray<string>
}

export class Kinship {
  /** The repositories by the beginnings of the parts of their names. */
  readonly #groups = new Map<string, Set<number>>()
  readonly #byHash = new Map<number, Set<number>>()
  readonly #named: Array<Named | undefined> = []
  #count = 0

  add(repository: number, name: string): void {
    const named = namedOf(name)
    this.#named[repository] = named
    this.#count++
    for (const group of named.groups) into(this.#groups, group, repository)
    for (const hash of named.hashes) into(this.#byHash, hash, repository)
  }

  remove(repository: number): void {
    const named = this.#named[repository]
    if (named === undefined) return
    this.#named[repository] = undefined
    this.#count--
    for (const group of named.groups) outOf(this.#groups, group, repository)
    for (const hash of named.hashes) outOf(this.#byHash, hash, repository)
  }

  get(repository: number): Named | undefined {
    return this.#named[repository]
  }

  /** The repositories that a hash names. */
  called(hash: number): Iterable<number> {
    return this.#byHash.get(hash) ?? []
  }

  /** How little a part of a name is shared, from 0 to 1. */
  rarity(group: string): number {
    const all = this.#count + imagined
    return Math.log(all / Math.max(1, this.#groups.get(group)?.size ?? 1)) / Math.log(all)
  }

  /** Repositories whose name shares a rare part with this one's, each once. */
  kin(repository: number): ReadonlySet<number> {
    const found = new Set<number>()
    for (const group of this.#named[repository]?.groups ?? []) {
      const members = this.#groups.get(group)
      if (members === undefined || members.size > kinMax) continue
      for (const other of members) if (other !== repository) found.add(other)
    }
    return found
  }

  /** How close two names are, from 0 to 1. */
  closeness(one: number, other: number): number {
    const [a, b] = [this.#named[one], this.#named[other]]
    if (a === undefined || b === undefined) return 0
    let closest = 0
    for (const [at, part] of a.parts.entries()) {
      const group = a.groups[at] ?? 0
      for (const [nth, theirs] of b.parts.entries()) {
        if (group !== b.groups[nth]) continue
        if (part.startsWith(theirs) || theirs.startsWith(part)) {
          closest = Math.max(closest, this.rarity(group))
        }
      }
    }
    return closest
  }
}

/** Repositories imagined beside the known ones, so that kinship means something among the first few. */
const imagined = 20

/** A part that more repositories share brings in none of them. */
const kinMax = 32

const groupLength = 4

const namedOf = (repository: string): Named => {
  const name = repository.slice(repository.lastIndexOf("/") + 1).toLowerCase().slice(0, 100)
  const parts = name.split(/[^\p{L}\p{M}\p{N}]+/u).filter((part) => part !== "").slice(0, 8)
  const stems = parts.map(stem)
  const initials = parts.length > 2 ? [parts.map((part) => part[0]).join("")] : []
  return {
    name: repository,
    parts,
    hashes: [...namesOf(repository), ...initials].map(hashOf),
    partHashes: Int32Array.from(stems, hashOf),
    groups: parts.map((part) => part.slice(0, groupLength))
  }
}

/** The keys of terms under which a text names a repository: `backend-api`, `backend api`. */
export const namesOf = (repository: string): ReadonlyArray<string> => {
  const name = repository.slice(repository.lastIndexOf("/") + 1).toLowerCase()
  const parts = name.split(/[_.:/-]+/)
  return [...new Set([parts.join("_"), parts.map(stem).join(" ")])]
}

const into = <A>(sets: Map<A, Set<number>>, key: A, item: number): void => {
  const known = sets.get(key)
  if (known === undefined) sets.set(key, new Set([item]))
  else known.add(item)
}

const outOf = <A>(sets: Map<A, Set<number>>, key: A, item: number): void => {
  const known = sets.get(key)
  if (known === undefined) return
  known.delete(item)
  if (known.size === 0) sets.delete(key)
}
