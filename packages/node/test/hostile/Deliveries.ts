/**
 * When which honest fact came to which honest node.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Honest } from "./Honest.ts"

export interface Delivered {
  readonly facts: number
  /** Of all that should have come, the share that came. */
  readonly share: number
  readonly p50Millis: number
  readonly p99Millis: number
}

/** Watches until the scope closes. */
export const watch = Effect.fnUntraced(function*(all: ReadonlyArray<Honest>) {
  const authors = new Set(all.map(({ node }) => node.self))
  const stated = new Map<string, number>()
  const came = new Map<string, Array<number>>()
  for (const { node } of all) {
    yield* node.committed.pipe(
      Stream.runForEach(({ facts }) =>
        Effect.sync(() => {
          const now = performance.now()
          for (const { from, id } of facts) {
            if (!authors.has(from)) continue
            if (from === node.self) stated.set(id, now)
            else came.set(id, [...came.get(id) ?? [], now])
          }
        })),
      Effect.forkScoped
    )
  }
  return {
    /** What became of the facts that were stated between two moments. */
    between: (from: number, until: number): Delivered => {
      const ids = [...stated].filter(([, at]) => at >= from && at < until)
      const millis = ids
        .flatMap(([id, at]) => (came.get(id) ?? []).map((then) => Math.max(0, then - at)))
        .sort((a, b) => a - b)
      const percentile = (part: number) =>
        Math.round((millis[Math.floor(millis.length * part)] ?? 0) * 10) / 10
      return {
        facts: ids.length,
        share: millis.length / (ids.length * (all.length - 1)),
        p50Millis: percentile(0.5),
        p99Millis: percentile(0.99)
      }
    }
  }
})
