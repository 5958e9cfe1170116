/**
 * What every sink promises, as tests.
 *
 * Promised: an event that was delivered is there, whole, also when the sink is opened again;
 * delivering it again, at once or later, keeps one; `events` gives the newest within its
 * limit, the oldest of them first.
 *
 * Not promised: speed, and order among events that are delivered at once.
 */
import { type SinkError, SlurpSink } from "@chorus/coordination-core/ports/SlurpSink"
import type { SlurpEvent } from "@chorus/coordination-core/slurp/SlurpEvent"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"

/** Where one sink keeps its events: building the layer again opens it again. */
export type Place<E = unknown> = Layer.Layer<SlurpSink, E>

/** Runs the contract; `fresh` makes a place of its own for each promise. */
export const suite = (name: string, fresh: Effect.Effect<Place, never, Scope.Scope>): void => {
  describe(`SlurpSink contract: ${name}`, () => {
    for (const { check, title } of promises) it.live(title, () => Effect.flatMap(fresh, check))
  })
}

export const promises: ReadonlyArray<{
  readonly title: string
  readonly check: (place: Place) => Effect.Effect<void, unknown>
}> = [
  {
    title: "an event that was delivered is there, whole",
    check: opened((sink) =>
      Effect.gen(function*() {
        yield* sink.deliver(whole)
        assert.deepStrictEqual(yield* sink.events(9), [whole])
      })
    )
  },
  {
    title: "an event that was delivered is there when the sink is opened again (H30)",
    check: (place) =>
      Effect.gen(function*() {
        yield* opened((sink) => sink.deliver(whole))(place)
        yield* opened((sink) => sink.deliver(event("b")))(place)
        assert.deepStrictEqual(yield* opened((sink) => sink.events(9))(place), [whole, event("b")])
      })
  },
  {
    title: "an event that is delivered again is kept once and as it was (H30)",
    check: (place) =>
      Effect.gen(function*() {
        const again = { ...event("a"), project_path: "elsewhere" }
        yield* opened((sink) =>
          Effect.andThen(sink.deliver(event("a")), sink.deliver(again))
        )(place)
        const kept = opened((sink) => Effect.andThen(sink.deliver(again), sink.events(9)))
        assert.deepStrictEqual(yield* kept(place), [event("a")])
      })
  },
  {
    title: "events that are delivered at once, some of them twice, are each kept once",
    check: opened((sink) =>
      Effect.gen(function*() {
        const names = Array.from({ length: 100 }, (_, at) => `event ${at % 60}`)
        yield* Effect.forEach(names, (name) => sink.deliver(event(name)), {
          concurrency: "unbounded"
        })
        const kept = yield* sink.events(200)
        assert.sameMembers(kept.map(({ id }) => id), names.slice(0, 60))
      })
    )
  },
  {
    title: "the newest events within the limit come, the oldest of them first",
    check: opened((sink) =>
      Effect.gen(function*() {
        for (const name of ["c", "a", "d", "b"]) yield* sink.deliver(event(name))
        assert.deepStrictEqual(yield* sink.events(9), ["c", "a", "d", "b"].map(event))
        assert.deepStrictEqual(yield* sink.events(2), ["d", "b"].map(event))
        assert.deepStrictEqual(yield* sink.events(0), [])
      })
    )
  }
]

/** Opens the sink at a place, whether it is open elsewhere or not, and closes it at the end. */
function opened<A>(use: (sink: SlurpSink["Service"]) => Effect.Effect<A, SinkError>) {
  return <E>(place: Place<E>): Effect.Effect<A, E | SinkError> =>
    Effect.provide(Effect.flatMap(SlurpSink, use), Layer.fresh(place))
}

/** An event with nothing but an id. */
export const event = (id: string): SlurpEvent => ({
  id,
  supersedes: [],
  discussion_id: "dep_1",
  session_id: "dep_1",
  participants: [],
  messages: [],
  consensus_reached: false,
  consensus_strength: 0.3,
  outcome_type: "escalated",
  project_path: "",
  related_tasks: [],
  metadata: {
    session_type: "dependency",
    session_status: "escalated",
    message_count: 0,
    participant_count: 2
  }
})

/** An event with every field, and text that is hard to keep. */
const whole: SlurpEvent = {
  ...event("whole"),
  supersedes: ["a", "b"],
  participants: ["agent-001@12D3KooW", "\"quoted\"\\"],
  start_time: "2025-09-30T10:05:00.000Z",
  end_time: "2025-09-30T10:09:00.000Z",
  messages: [{
    from_agent: "agent-001",
    message_type: "agreement",
    content: "lines\r\n\n\u2028\u0000'; DROP TABLE events; -- \u{1F680} \uD83D",
    timestamp: "2025-09-30T10:05:00.000Z"
  }],
  consensus_reached: true,
  consensus_strength: 0.9,
  agreement_ratio: 2 / 3,
  rounds: 3,
  related_tasks: ["backend#42"],
  metadata: {
    ...event("whole").metadata,
    resolution: "",
    escalation_reason: "a member objected",
    plan_hash: "0".repeat(64),
    decided_by: "12D3KooW"
  }
}
