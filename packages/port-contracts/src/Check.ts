/**
 * What the suites of the network share: to wait for something with a bound, to run a property whose
 * cases are effects, to read bytes as text, and to keep quiet about errors made on purpose.
 */
import { assert } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as References from "effect/References"
import * as fc from "fast-check"

/** How long a check waits for what has to come. Long, since machines may be slow and loaded. */
export const Patience = Context.Reference<Duration.Duration>("@chorus/port-contracts/Patience", {
  defaultValue: () => Duration.seconds(60)
})

/** Waits until the condition holds; the check fails with `what` when patience runs out. */
export const until = (what: string, condition: () => boolean): Effect.Effect<void, Error> =>
  Effect.flatMap(Patience, (duration) =>
    Effect.sleep("5 millis").pipe(
      Effect.repeat({ until: condition }),
      Effect.timeoutOrElse({
        duration,
        orElse: () => Effect.fail(new Error(`did not happen: ${what}`))
      })
    ))

/**
 * Holds the property for `numRuns` values; a failure names its seed and the smallest value that
 * could be found while patience lasts.
 */
export const forAll = <A>(
  arbitrary: fc.Arbitrary<A>,
  property: (value: A) => Effect.Effect<void, unknown>,
  numRuns = 100
): Effect.Effect<void, unknown> =>
  Effect.gen(function*() {
    const run = Effect.runPromiseWith(yield* Effect.context())
    const interruptAfterTimeLimit = Duration.toMillis(yield* Patience)
    const cases = fc.asyncProperty(arbitrary, (value) => run(property(value)))
    yield* Effect.tryPromise({
      try: () => fc.assert(cases, { numRuns, interruptAfterTimeLimit }),
      catch: (error) => error
    })
  })

/** Two long lists are the same: of those that are not, only the first difference is told. */
export const sameList = (found: ReadonlyArray<string>, expected: ReadonlyArray<string>): void => {
  const at = expected.findIndex((value, place) => found[place] !== value)
  if (at >= 0) {
    assert.fail(`number ${at + 1} of ${expected.length} is ${found[at] ?? "missing"}, not ${expected[at]}`)
  }
  assert.strictEqual(found.length, expected.length)
}

/** Any bytes as text, one character a byte, so that they can be compared and shown. */
export const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1")

/** The bytes of such a text. */
export const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"))

/** Runs a check without its logs. */
export const quietly = Effect.provideService(References.MinimumLogLevel, "None")
