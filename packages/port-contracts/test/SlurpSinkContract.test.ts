/**
 * The test of the test: a right sink keeps every promise of the contract, and each wrong one
 * breaks the promise it is meant to break.
 */
import { SlurpSink } from "@chorus/coordination-core/ports/SlurpSink"
import type { SlurpEvent } from "@chorus/coordination-core/slurp/SlurpEvent"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as SlurpSinkContract from "@chorus/port-contracts/SlurpSinkContract"

/** What a sink does with an event that it gets, and with those it holds. */
interface Behaviour {
  readonly keep: (kept: ReadonlyArray<SlurpEvent>, event: SlurpEvent) => ReadonlyArray<SlurpEvent>
  readonly give: (kept: ReadonlyArray<SlurpEvent>, limit: number) => ReadonlyArray<SlurpEvent>
  readonly reopen: (kept: ReadonlyArray<SlurpEvent>) => ReadonlyArray<SlurpEvent>
  /** Looks, waits, and then writes. */
  readonly hesitates: boolean
}

const right: Behaviour = {
  keep: (kept, event) => kept.some(({ id }) => id === event.id) ? kept : [...kept, event],
  give: (kept, limit) => kept.slice(Math.max(0, kept.length - limit)),
  reopen: (kept) => kept,
  hesitates: false
}

const place = (change: Partial<Behaviour> = {}): SlurpSinkContract.Place => {
  const { give, hesitates, keep, reopen } = { ...right, ...change }
  let kept: ReadonlyArray<SlurpEvent> = []
  return Layer.sync(SlurpSink, () => {
    kept = reopen(kept)
    return {
      deliver: (event) =>
        Effect.suspend(() => {
          const next = keep(kept, event)
          const write = Effect.sync(() => void (kept = next))
          return hesitates ? Effect.andThen(Effect.yieldNow, write) : write
        }),
      events: (limit) => Effect.sync(() => give(kept, limit))
    }
  })
}

SlurpSinkContract.suite("a right one", Effect.sync(() => place()))

describe("a wrong sink breaks its promise", () => {
  const without = (kept: ReadonlyArray<SlurpEvent>, event: SlurpEvent) =>
    kept.filter(({ id }) => id !== event.id)
  const textOf = (event: SlurpEvent) => event.messages[0]?.content ?? ""

  const wrong: ReadonlyArray<readonly [title: string, breaks: RegExp, Partial<Behaviour>]> = [
    ["that drops all", /there, whole/, { keep: (kept) => kept }],
    ["that leaves the messages out", /there, whole/, {
      keep: (kept, event) => [...kept, { ...event, messages: [] }]
    }],
    ["that cannot keep a line break", /there, whole/, {
      keep: (kept, event) => textOf(event).includes("\n") ? kept : [...kept, event]
    }],
    ["that forgets", /opened again/, { reopen: () => [] }],
    ["that loses the last", /opened again/, { reopen: (kept) => kept.slice(0, -1) }],
    ["that doubles", /kept once and/, { keep: (kept, event) => [...kept, event] }],
    ["that keeps the last of two", /kept once and/, {
      keep: (kept, event) => [...without(kept, event), event]
    }],
    ["that looks before it writes", /at once/, { hesitates: true }],
    ["that gives the newest first", /oldest of them first/, {
      give: (kept, limit) => kept.toReversed().slice(0, limit)
    }],
    ["that gives the oldest within the limit", /oldest of them first/, {
      give: (kept, limit) => kept.slice(0, limit)
    }],
    ["that ignores the limit", /within the limit/, { give: (kept) => kept }]
  ]

  for (const [title, breaks, change] of wrong) {
    it.live(title, () =>
      Effect.gen(function*() {
        const broken = SlurpSinkContract.promises.filter((promise) => breaks.test(promise.title))
        assert.lengthOf(broken, 1)

        for (const { check } of broken) {
          assert.isTrue(Exit.isFailure(yield* Effect.exit(check(place(change)))))
        }
      }))
  }
})
