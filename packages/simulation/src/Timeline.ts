/**
 * Virtual time: what is to happen, in the order of its moments. Nothing waits; time jumps to the
 * next thing there is to do.
 *
 * Things of one moment happen in the order in which they were planned.
 */

interface Planned {
  readonly atMillis: number
  readonly order: number
  readonly run: () => void
  cancelled: boolean
}

export interface Timeline {
  readonly nowMillis: () => number
  /** Plans something; what is returned takes it back. */
  readonly after: (millis: number, run: () => void) => () => void
  /** Does the next thing; false when there is none before or at `untilMillis`. */
  readonly step: (untilMillis: number) => boolean
}

export const make = (): Timeline => {
  const heap: Array<Planned> = []
  let now = 0
  let order = 0
  return {
    nowMillis: () => now,
    after: (millis, run) => {
      const planned = { atMillis: now + Math.max(0, millis), order: order++, run, cancelled: false }
      push(heap, planned)
      return () => { planned.cancelled = true }
    },
    step: (untilMillis) => {
      for (let next = heap[0]; next !== undefined && next.atMillis <= untilMillis; next = heap[0]) {
        pop(heap)
        if (next.cancelled) continue
        now = next.atMillis
        next.run()
        return true
      }
      now = Math.max(now, untilMillis)
      return false
    }
  }
}

const comesFirst = (a: Planned, b: Planned): boolean =>
  a.atMillis < b.atMillis || (a.atMillis === b.atMillis && a.order < b.order)

const push = (heap: Array<Planned>, planned: Planned): void => {
  let at = heap.length
  heap.push(planned)
  while (at > 0) {
    const parent = (at - 1) >> 1
    const above = heap[parent]
    if (above === undefined || !comesFirst(planned, above)) break
    heap[at] = above
    at = parent
  }
  heap[at] = planned
}

const pop = (heap: Array<Planned>): void => {
  const last = heap.pop()
  if (last === undefined || heap.length === 0) return
  let at = 0
  for (let child = 1; child < heap.length; child = 2 * at + 1) {
    const right = heap[child + 1]
    const left = heap[child]
    if (left === undefined) break
    const [least, place] = right !== undefined && comesFirst(right, left)
      ? [right, child + 1] as const
      : [left, child] as const
    if (!comesFirst(least, last)) break
    heap[at] = least
    at = place
  }
  heap[at] = last
}
