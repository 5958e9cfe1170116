/**
 * The laws themselves: each is broken by something that deserves it.
 */
import { assert, describe, it } from "@effect/vitest"
import { draft } from "@chorus/coordination-core/fact/Draft"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import { nothing } from "@chorus/coordination-core/machine/Machine"
import * as Arbitraries from "@chorus/coordination-core/testing/Arbitraries"
import * as Laws from "@chorus/coordination-core/testing/Laws"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as fc from "fast-check"

/** The titles of the laws that a subject breaks. */
const broken = (laws: ReadonlyArray<Laws.Law>): ReadonlyArray<string> =>
  laws.flatMap(({ check, title }) => {
    try {
      check(50, { endOnFailure: true })
      return []
    } catch {
      return [title]
    }
  })

const folds = <State>(initial: State, evolve: (state: State, fact: Fact) => State) =>
  broken(Laws.fold({ initial, evolve }, Arbitraries.facts(10)))

describe("Laws.fold", () => {
  it("a set of facts keeps them", () => {
    assert.deepStrictEqual(
      folds<ReadonlyArray<string>>([], (ids, { id }) => [...new Set([...ids, id])].sort()),
      []
    )
  })

  it("a list depends on the order, a sum counts doubles, a state that is changed in place is changed", () => {
    assert.include(
      folds<ReadonlyArray<string>>([], (ids, { id }) => [...ids, id]),
      "the order of facts leaves no trace"
    )
    assert.include(folds(0, (sum) => sum + 1), "a fact folded twice is a fact folded once")
    const inPlace = (state: { count: number }) => {
      state.count += 1
      return state
    }
    assert.include(folds({ count: 0 }, inPlace), "folding changes no fact and no earlier state")
  })

  it("a report shows the facts that break it a line each, and the states where they differ", () => {
    const ids = { initial: [], evolve: (state: ReadonlyArray<string>, { id }: Fact) => [...state, id] }
    const [law] = Laws.fold(ids, Arbitraries.facts(10))
    const error = Result.getFailure(Result.try(() => law?.check(50, { seed: 1 })))
    const { cause, message } = Option.getOrThrow(error) as Error

    assert.match(message, /\n {2}task_claimed …\w{8}, fact 1 of …\w{8}: \{"repository":"repo-0",/)
    assert.match(String(cause), /the states differ from character 2 on:\n…\["\w{64}/)
    assert.isBelow(message.length + String(cause).length, 6000)
  })
})

describe("Laws.fold, over states of any kind", () => {
  it("maps, sets and dates that depend on order or count doubles break them", () => {
    const order = "the order of facts leaves no trace"
    const doubles = "a fact folded twice is a fact folded once"
    const last = folds(new Map<string, number>(), (state, { seq }) => new Map(state).set("last", seq))
    assert.include(last, order)
    assert.include(folds(new Set<number>(), (state) => new Set(state).add(state.size)), doubles)
    assert.include(folds({ at: new Date(0) }, (_, { timestamp }) => ({ at: new Date(timestamp) })), order)
    const kept = folds(new Set<string>(), (state, { id }) => new Set(state).add(id))
    assert.deepStrictEqual(kept, [])
  })
})

describe("Laws.machine", () => {
  const inputs = fc.array(fc.record({ n: fc.nat(9) }), { minLength: 1 })
  const machines = (decide: (state: number, input: { n: number }) => ReturnType<typeof nothing<number>>) =>
    broken(Laws.machine({ initial: 0, decide }, inputs, { draftsMax: 0, outputsMax: 0 }))

  it("a counter keeps them", () => {
    assert.deepStrictEqual(machines((state, { n }) => nothing(state + n)), [])
  })

  it("one that throws, remembers outside its state, changes its input or says too much breaks them", () => {
    let outside = 0
    const determinism = "the same inputs give the same decisions, and inputs stay as they were"
    assert.include(machines(() => {
      throw new Error("no")
    }), determinism)
    assert.include(machines((state) => nothing(state + (outside += 1))), determinism)
    assert.include(machines((state, input) => nothing(state + (input.n += 1))), determinism)
    const talkative = machines((state) => ({
      state,
      drafts: [draft({ message_type: "ruling", ruling: "" })],
      outputs: []
    }))
    assert.deepStrictEqual(talkative, ["an input brings at most 0 drafts and 0 outputs"])
  })
})
