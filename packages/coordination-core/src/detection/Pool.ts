/**
 * Many short runs of whole numbers in one flat array: taken by size, given back, taken again.
 *
 * A run costs its numbers and nothing else, where an array object of its own costs hundreds of
 * bytes. The array grows by a quarter when it is full and never shrinks.
 */
export class Pool {
  items: Int32Array
  #used = 0
  /** The places of runs that were given back, by the sizes of the runs. */
  readonly #free = new Map<number, Array<number>>()

  constructor(capacity: number) {
    this.items = new Int32Array(capacity)
  }

  /** The place of a run of so many numbers; they hold whatever was there. */
  take(size: number): number {
    const place = this.#free.get(size)?.pop()
    if (place !== undefined) return place
    const end = this.#used + size
    if (end > this.items.length) this.items = grown(this.items, end)
    this.#used = end
    return end - size
  }

  /** Gives a run back, with the size that it was taken with. */
  give(place: number, size: number): void {
    const free = this.#free.get(size)
    if (free === undefined) this.#free.set(size, [place])
    else free.push(place)
  }
}

/** A copy with room for so many numbers, and a quarter more. */
export const grown = <A extends Int32Array | Float32Array | Float64Array | Uint16Array>(
  items: A,
  needed: number
): A => {
  const capacity = Math.max(needed, Math.ceil(items.length * 1.25))
  const larger =
    items instanceof Int32Array ? new Int32Array(capacity)
    : items instanceof Float32Array ? new Float32Array(capacity)
    : items instanceof Uint16Array ? new Uint16Array(capacity)
    : new Float64Array(capacity)
  larger.set(items)
  // The branch above chose the kind of array that came in.
  return larger as A
}
