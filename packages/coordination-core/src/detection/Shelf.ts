/**
 * The tasks that the index knows, as numbers in flat arrays: what they speak of, where and when.
 *
 *     task ──▶ its terms (number and mark), their length, its repository, its time
 *
 * It changes in place; `Index` makes a value of it. Adding and removing cost the size of the task,
 * whatever the number of tasks.
 */
import type { Indexed } from "./Index.ts"
import { Kinship } from "./Kinship.ts"
import { grown, Pool } from "./Pool.ts"
import { ofTerms, weights } from "./Reading.ts"
import * as Terms from "./Terms.ts"
import { Vocabulary } from "./Vocabulary.ts"

export class Shelf {
  readonly vocabulary = new Vocabulary()
  readonly kinship = new Kinship()
  /** By the number of a task; `undefined` where there is none. */
  readonly held: Array<Indexed | undefined> = []
  /** The terms of all tasks: the number of a term in the high 24 bits, its mark in the low 8. */
  readonly terms = new Pool(256)
  places = new Int32Array(16)
  lengths = new Uint16Array(16)
  /** The root of the sum of the squared weights of a task's terms. */
  magnitudes = new Float32Array(16)
  repositories = new Int32Array(16)
  times = new Float64Array(16)
  /** The tasks of each repository, the oldest first. */
  readonly tasksOf: Array<Array<number>> = []
  /** Room for a score of each task, all zero but during a search. */
  scores = new Float32Array(16)
  size = 0
  readonly #numbers = new Map<Indexed, number>()
  readonly #free: Array<number> = []
  readonly #byName = new Map<string, number>()
  readonly #freeRepositories: Array<number> = []
  #end = 0

  repositoryOf(name: string): number | undefined {
    return this.#byName.get(name)
  }

  /** The number of a task that is held, or -1. */
  numberOf(indexed: Indexed): number {
    return this.#numbers.get(indexed) ?? -1
  }

  add(indexed: Indexed): void {
    const { hashes, marks } = ofTerms(Terms.ofTask(indexed.entry.task))
    const task = this.#free.pop() ?? this.#end++
    if (task >= this.places.length) this.#grow(task + 1)
    let length = 0
    let squares = 0
    for (let at = 0; at < hashes.length; at++) {
      const number = this.vocabulary.add((hashes[at] ?? 0), task)
      if (number < 0) continue
      scratch[length++] = (number << 8) | (marks[at] ?? 0)
      squares += (weights[(marks[at] ?? 0)] ?? 0) ** 2
    }
    const place = this.terms.take(roomFor(length))
    for (let at = 0; at < length; at++) this.terms.items[place + at] = scratch[at] ?? 0
    this.places[task] = place
    this.lengths[task] = length
    this.magnitudes[task] = Math.sqrt(squares) || 1
    this.times[task] = indexed.entry.atMillis
    this.held[task] = indexed
    this.#numbers.set(indexed, task)
    this.size++
    const repository = this.#repository(indexed.entry.task.repository)
    this.repositories[task] = repository
    this.tasksOf[repository]?.splice(this.rank(repository, task), 0, task)
  }

  remove(indexed: Indexed): void {
    const task = this.#numbers.get(indexed)
    if (task === undefined) return
    const repository = this.repositories[task] ?? 0
    const others = this.tasksOf[repository] ?? []
    others.splice(this.rank(repository, task), 1)
    if (others.length === 0) this.#close(repository)
    const place = this.places[task] ?? 0
    const length = this.lengths[task] ?? 0
    for (let at = place; at < place + length; at++) {
      this.vocabulary.drop((this.terms.items[at] ?? 0) >>> 8, task)
    }
    this.terms.give(place, roomFor(length))
    this.held[task] = undefined
    this.#numbers.delete(indexed)
    this.#free.push(task)
    this.size--
  }

  /** How many tasks of a repository come before a task: they are older, or as old with a lower claim. */
  rank(repository: number, task: number): number {
    const others = this.tasksOf[repository] ?? []
    let [low, high] = [0, others.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.isBefore((others[middle] ?? 0), task)) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Is a task older than another, or as old with a lower claim? */
  isBefore(one: number, other: number): boolean {
    const [a, b] = [(this.times[one] ?? 0), (this.times[other] ?? 0)]
    return a < b || (a === b && this.#claim(one) < this.#claim(other))
  }

  #claim(task: number): string {
    return this.held[task]?.claim ?? ""
  }

  #repository(name: string): number {
    const known = this.#byName.get(name)
    if (known !== undefined) return known
    const repository = this.#freeRepositories.pop() ?? this.tasksOf.length
    this.tasksOf[repository] = []
    this.#byName.set(name, repository)
    this.kinship.add(repository, name)
    return repository
  }

  #close(repository: number): void {
    this.#byName.delete(this.kinship.get(repository)?.name ?? "")
    this.kinship.remove(repository)
    this.#freeRepositories.push(repository)
  }

  #grow(needed: number): void {
    this.places = grown(this.places, needed)
    this.lengths = grown(this.lengths, needed)
    this.magnitudes = grown(this.magnitudes, needed)
    this.repositories = grown(this.repositories, needed)
    this.times = grown(this.times, needed)
    this.scores = grown(this.scores, needed)
  }
}

const scratch = new Int32Array(Terms.termsMax)

/** Runs come in few sizes, so that one that was given back soon fits again. */
const roomFor = (length: number): number => Math.max(8, Math.ceil(length / 8) * 8)
