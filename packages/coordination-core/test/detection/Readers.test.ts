/**
 * Tasks that declare to use one thing, and neither to change it, do not depend on each other by that.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Detector from "@chorus/coordination-core/detection/Detector"
import type * as Index from "@chorus/coordination-core/detection/Index"
import { atMillis, entry, indexOf, task } from "./entries.ts"
import { type Pair, readers, related, seedPairs, unrelated } from "./pairs.ts"

const options: Detector.Options = { ...Detector.defaults, nowMillis: atMillis, limit: 3 }
const entriesOf = ({ task1, task2 }: Pair) => [entry(task1), entry(task2)] as const
const others = [...seedPairs, ...related, ...unrelated].flatMap(entriesOf)

describe("tasks that declare to use the same thing", () => {
  const asked = { ...options, limit: Infinity, parameters: { ...options.parameters, threshold: 0 } }
  const scoreOf = (pair: Pair, among: ReadonlyArray<Index.Entry>): number => {
    const [entry1, entry2] = entriesOf(pair)
    return Detector.detect(indexOf([entry1, entry2, ...among]), entry1, asked)
      .find(({ task2 }) => task2.claim === entry2.claim)?.confidence ?? 0
  }

  for (const pair of readers) {
    it(`raise no alert by that alone: ${pair.task1.scopes?.join()}`, () => {
      const changed = pair.task2.scopes?.map((scope) => scope.replace("=use", "=change"))
      const changing = { ...pair, task2: { ...pair.task2, ...(changed && { scopes: changed }) } }
      const strangers = { ...pair, task1: { ...pair.task1, scopes: ["table:something_else=use"] } }
      for (const among of [[], others]) {
        assert.isBelow(scoreOf(pair, among), scoreOf(strangers, among) + 0.01)
        assert.isAbove(scoreOf(changing, among), 0.9)
        assert.isAbove(scoreOf({ task1: changing.task2, task2: pair.task1, relationship: "" }, among), 0.9)
      }
    })
  }
})

describe("tasks whose words name what both declare to use only", () => {
  const found = (title1: string, title2: string, scope1: string, scope2: string) => {
    const entry1 = entry(task("ledger", title1, { scopes: [scope1] }))
    const entry2 = entry(task("cart", title2, { scopes: [scope2] }))
    return [[], others].map((among) =>
      Detector.detect(indexOf([entry1, entry2, ...among]), entry1, options)
        .some(({ task2 }) => task2.claim === entry2.claim))
  }

  for (const [title1, title2, thing] of [
    ["Read the bookings table for the revenue", "List the bookings table for admins", "table:bookings"],
    ["Revenue report reads bookings", "Show the bookings page", "table:bookings"],
    ["Call GET /v1/seats", "Show all of GET /v1/seats", "api:GET /v1/seats"],
    ["Read LOGIN_URL at start", "Send mail with LOGIN_URL", "env:LOGIN_URL"]
  ] as const) {
    it(`raise no alert by that: ${title1} / ${title2}`, () => {
      assert.deepStrictEqual(found(title1, title2, `${thing}=use`, `${thing}=use`), [false, false])
      assert.deepStrictEqual(found(title1, title2, `${thing}=use`, `${thing}=change`), [true, true])
    })
  }

  for (const [title1, title2, thing] of [
    ["Add user preferences table", "Update user service for preferences", "table:orders"],
    ["Add feature flag for new UI", "Implement feature flag checks in backend", "env:LOG_LEVEL"],
    ["Migrate the customers table schema to UUID keys", "Query customers table by the new UUID column",
      "table:orders"],
    ["Define user authentication API", "Implement authentication endpoint", "schema:Money"]
  ] as const) {
    it(`raise one as ever where both only read another thing: ${title1}, ${thing}`, () => {
      const asEver = found(title1, title2, `${thing}=use`, "file:x=use")
      assert.isTrue(asEver[0])
      assert.deepStrictEqual(found(title1, title2, `${thing}=use`, `${thing}=use`), asEver)
    })
  }

  it("raise one by what else they speak of", () => {
    const titles = ["Print ParcelDispatched on bookings", "Mail ParcelDispatched for bookings"] as const
    assert.deepStrictEqual(found(...titles, "table:bookings=use", "table:bookings=use"), [true, true])
  })
})
