/**
 * The tasks that are being worked on, by what they speak of: an inverted index as a value.
 *
 *     value ──▶ value ──▶ value ──▶ shelf      each knows the step that leads to the next
 *     (before)  (before)  (latest)  (in place)
 *
 * The latest value owns the shelf, which changes in place; an older one, when it is asked, first
 * takes the steps back and becomes the latest. So every value keeps its answers, using values one
 * after the other costs nothing extra, and going back costs the steps in between.
 * Inserting and removing cost the size of the entry, whatever the number of entries. Invariants:
 * removing what was inserted gives the index before; the order of insertions changes no answer,
 * but for terms that once stood in more than `Vocabulary.listedMax` tasks.
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import type { AgentKey } from "../identity/AgentId.ts"
import type { FactId } from "../identity/FactId.ts"
import type { TaskContext } from "../task/TaskContext.ts"
import { hashOf } from "./Reading.ts"
import { read, type RuleTask } from "./Rule.ts"
import { Shelf } from "./Shelf.ts"

/** A claimed task. */
export interface Entry {
  readonly claim: FactId
  readonly agent: AgentKey
  readonly task: TaskContext
  /** When this node first saw the claim. Milliseconds since 1970. */
  readonly atMillis: number
}

/** An entry in the index. */
export class Indexed {
  readonly entry: Entry

  constructor(entry: Entry) {
    this.entry = entry
  }

  get claim(): FactId {
    return this.entry.claim
  }

  /** The task as rules see it; read anew each time, for it takes ten times the room of the text. */
  get task(): RuleTask {
    return read(this.entry.task)
  }
}

export interface Index {
  readonly entries: HashMap.HashMap<FactId, Indexed>
  readonly version: Version
}

/** A step between two values, both ways. */
interface Step {
  readonly indexed: Indexed
  readonly isAdded: boolean
}

/** Where a version finds its shelf; the empty index has none, so that nothing hangs on it. */
type Place =
  | { readonly _tag: "Nowhere" }
  | { readonly _tag: "Here"; readonly shelf: Shelf }
  | { readonly _tag: "Behind"; readonly step: Step; readonly next: Version }

class Version {
  #place: Place

  constructor(place: Place) {
    this.#place = place
  }

  /** It holds what the entries say, and nothing to compare beside them. */
  toJSON(): undefined {
    return undefined
  }

  /** The version after a step; this one remembers how to come back. */
  after(step: Step): Version {
    const shelf = this.shelf()
    take(shelf, step)
    const next = new Version({ _tag: "Here", shelf })
    if (this.#place._tag === "Here") this.#place = { _tag: "Behind", step: back(step), next }
    return next
  }

  /** The shelf, as this version has it: not to be kept beyond the next step. */
  shelf(): Shelf {
    const path: Array<Version> = []
    let place = this.#place
    for (let version: Version | undefined; place._tag === "Behind"; place = version.#place) {
      path.push(version ?? this)
      version = place.next
    }
    if (place._tag === "Nowhere") return new Shelf()
    for (const version of path.reverse()) {
      if (version.#place._tag !== "Behind") continue
      const { next, step } = version.#place
      take(place.shelf, step)
      next.#place = { _tag: "Behind", step: back(step), next: version }
      version.#place = place
    }
    return place.shelf
  }
}

const take = (shelf: Shelf, { indexed, isAdded }: Step): void => {
  if (isAdded) shelf.add(indexed)
  else shelf.remove(indexed)
}

const back = (step: Step): Step => ({ ...step, isAdded: !step.isAdded })

export const empty: Index = { entries: HashMap.empty(), version: new Version({ _tag: "Nowhere" }) }

/** The number of entries. */
export const size = (index: Index): number => HashMap.size(index.entries)

/** Adds an entry, in place of what is known of its claim. */
export const insert = (index: Index, entry: Entry): Index => {
  const { entries, version } = remove(index, entry.claim)
  const indexed = new Indexed(entry)
  return {
    entries: HashMap.set(entries, entry.claim, indexed),
    version: version.after({ indexed, isAdded: true })
  }
}

/** Removes a claim; the same index when it is not in it. */
export const remove = (index: Index, claim: FactId): Index => {
  const indexed = get(index, claim)
  return indexed === undefined ? index : {
    entries: HashMap.remove(index.entries, claim),
    version: index.version.after({ indexed, isAdded: false })
  }
}

export const get = (index: Index, claim: FactId): Indexed | undefined =>
  Option.getOrUndefined(HashMap.get(index.entries, claim))

/** How many entries hold the term. */
export const frequency = ({ version }: Index, key: string): number => {
  const { vocabulary } = version.shelf()
  const number = vocabulary.find(hashOf(key))
  return number < 0 ? 0 : vocabulary.counts[number] ?? 0
}

/** What a search reads; not to be kept beyond the next insertion or removal. */
export const shelf = ({ version }: Index): Shelf => version.shelf()
