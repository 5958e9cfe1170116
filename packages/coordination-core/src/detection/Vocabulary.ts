/**
 * Every term that some task holds: a number for its hash, how many tasks hold it, and which.
 *
 * An open hash table over flat arrays. Numbers of terms that nobody holds any more are used again.
 * A posting lists at most `listedMax` tasks: a term that more tasks hold tells them apart so badly
 * that nobody follows it. One that becomes rare again is followed only to the tasks that are still
 * listed, which are those that came last.
 */
import { grown, Pool } from "./Pool.ts"

/** A posting lists so many tasks at most. */
export const listedMax = 512

/** More terms than these are not numbered, so a task may have some that the index ignores. */
export const numbersMax = 2 ** 24 - 1

export class Vocabulary {
  /** How many tasks hold the term, by its number. */
  counts = new Int32Array(64)
  /** Room for a mark on each term, all zero but during a search. */
  marks = new Uint8Array(64)
  /** The same for terms of which a repository's name is made. */
  roles = new Uint8Array(64)
  #hashes = new Int32Array(64)
  #listed = new Uint16Array(64)
  /** The one task, or where the run of several begins. */
  #places = new Int32Array(64)
  #numbers = 0
  readonly #free: Array<number> = []
  /** Numbers plus one, by hash; 0 where there is none. */
  #table = new Int32Array(128)
  readonly #runs = new Pool(256)

  /** The number of a hash, or -1. */
  find(hash: number): number {
    const mask = this.#table.length - 1
    for (let at = spread(hash) & mask; ; at = (at + 1) & mask) {
      const number = (this.#table[at] ?? 0) - 1
      if (number < 0 || this.#hashes[number] === hash) return number
    }
  }

  /** Lists a task under a hash; the number of the hash, or -1 when there are too many. */
  add(hash: number, task: number): number {
    let number = this.find(hash)
    if (number < 0) {
      number = this.#numbered(hash)
      if (number < 0) return number
    }
    this.counts[number] = (this.counts[number] ?? 0) + 1
    const listed = this.#listed[number] ?? 0
    if (listed === 0) this.#places[number] = task
    else if (listed === 1) {
      const run = this.#runs.take(2)
      this.#runs.items[run] = this.#places[number] ?? 0
      this.#runs.items[run + 1] = task
      this.#places[number] = run
    } else this.#append(number, listed, task)
    this.#listed[number] = listed === listedMax ? listedMax / 2 + 1 : listed + 1
    return number
  }

  /** Takes a task off a term's list. */
  drop(number: number, task: number): void {
    this.#unlist(number, task)
    const left = (this.counts[number] ?? 0) - 1
    this.counts[number] = left
    if (left > 0) return
    this.#forget(number)
    this.#free.push(number)
  }

  hash(number: number): number {
    return (this.#hashes[number] ?? 0)
  }

  /** How many of the tasks that hold the term are listed. */
  listed(number: number): number {
    return (this.#listed[number] ?? 0)
  }

  /** Where the list of several stands in `runs`; of one, the task itself. */
  place(number: number): number {
    return (this.#places[number] ?? 0)
  }

  get runs(): Int32Array {
    return this.#runs.items
  }

  #append(number: number, listed: number, task: number): void {
    const place = this.#places[number] ?? 0
    const runs = this.#runs
    if (listed === listedMax) {
      runs.items.copyWithin(place, place + listedMax / 2, place + listedMax)
      runs.items[place + listedMax / 2] = task
      return
    }
    if (!isPower(listed)) {
      runs.items[place + listed] = task
      return
    }
    const larger = runs.take(listed * 2)
    runs.items.copyWithin(larger, place, place + listed)
    runs.items[larger + listed] = task
    runs.give(place, listed)
    this.#places[number] = larger
  }

  #unlist(number: number, task: number): void {
    const listed = this.#listed[number] ?? 0
    const place = this.#places[number] ?? 0
    if (listed < 2) {
      if (listed === 1 && place === task) this.#listed[number] = 0
      return
    }
    const runs = this.#runs
    let at = place
    while (at < place + listed && runs.items[at] !== task) at++
    if (at === place + listed) return
    runs.items.copyWithin(at, at + 1, place + listed)
    this.#listed[number] = listed - 1
    if (listed === 2) {
      this.#places[number] = runs.items[place] ?? 0
      runs.give(place, 2)
    } else if (isPower(listed - 1)) {
      const smaller = runs.take(listed - 1)
      runs.items.copyWithin(smaller, place, place + listed - 1)
      runs.give(place, (listed - 1) * 2)
      this.#places[number] = smaller
    }
  }

  #numbered(hash: number): number {
    const number = this.#free.pop() ?? this.#numbers++
    if (number >= numbersMax) {
      this.#free.push(number)
      return -1
    }
    if (number >= this.#hashes.length) {
      this.counts = grown(this.counts, number + 1)
      this.marks = new Uint8Array(this.counts.length)
      this.roles = new Uint8Array(this.counts.length)
      this.#hashes = grown(this.#hashes, number + 1)
      this.#listed = grown(this.#listed, number + 1)
      this.#places = grown(this.#places, number + 1)
    }
    const held = this.#numbers - this.#free.length
    if (held * 3 > this.#table.length * 2) this.#rehash()
    this.#hashes[number] = hash
    this.counts[number] = 0
    this.#listed[number] = 0
    this.#settle(hash, number)
    return number
  }

  #settle(hash: number, number: number): void {
    const mask = this.#table.length - 1
    let at = spread(hash) & mask
    while (this.#table[at] !== 0) at = (at + 1) & mask
    this.#table[at] = number + 1
  }

  #rehash(): void {
    const before = this.#table
    this.#table = new Int32Array(before.length * 2)
    for (const entry of before) if (entry > 0) this.#settle((this.#hashes[entry - 1] ?? 0), entry - 1)
  }

  /** Takes a number out of the table; those behind it move up, so that no search stops too early. */
  #forget(number: number): void {
    const table = this.#table
    const mask = table.length - 1
    let gap = spread((this.#hashes[number] ?? 0)) & mask
    while (table[gap] !== number + 1) gap = (gap + 1) & mask
    table[gap] = 0
    for (let at = (gap + 1) & mask; table[at] !== 0; at = (at + 1) & mask) {
      const home = spread((this.#hashes[(table[at] ?? 0) - 1] ?? 0)) & mask
      if (((at - home) & mask) < ((at - gap) & mask)) continue
      table[gap] = table[at] ?? 0
      table[at] = 0
      gap = at
    }
  }
}

/** The low bits of a hash are as good as its high ones after this. */
const spread = (hash: number): number => Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 7

const isPower = (value: number): boolean => (value & (value - 1)) === 0
