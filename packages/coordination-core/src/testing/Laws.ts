/**
 * The laws that folds, statuses and machines keep, as fast-check properties for any test runner.
 *
 *     for (const law of Laws.fold(myFold, Arbitraries.facts())) it(law.title, () => law.check())
 *
 * A failing law throws fast-check's report: the shrunk counterexample and the seed that replays
 * it. Needs fast-check, an optional peer dependency of this package.
 */
import * as fc from "fast-check"
import type { Fact } from "../fact/Fact.ts"
import type { Decision } from "../machine/Machine.ts"
import * as Canonical from "../replica/Canonical.ts"
import { type Status, statuses } from "../session/Status.ts"

/** One promise, and the check of it. */
export interface Law {
  readonly title: string
  /**
   * Throws with a counterexample when the law is broken. `runs` is 100 unless given; the seed and
   * path of a report replay it.
   */
  readonly check: (runs?: number, replay?: Replay) => void
}

export type Replay = Pick<fc.Parameters, "seed" | "path" | "endOnFailure">

/** A fold over facts. */
export interface Fold<State> {
  readonly initial: State
  readonly evolve: (state: State, fact: Fact) => State
}

/** A law of your own. */
export const law = <Ts extends [unknown, ...Array<unknown>]>(
  title: string,
  property: fc.IProperty<Ts>
): Law => ({
  title,
  check: (runs = 100, replay = {}) => fc.assert(property, { ...replay, numRuns: runs })
})

const folded = <State>(fold: Fold<State>, facts: ReadonlyArray<Fact>): string =>
  Canonical.encode(facts.reduce(fold.evolve, fold.initial))

/** Facts and the same facts in another order. */
const shuffled = (facts: fc.Arbitrary<ReadonlyArray<Fact>>) =>
  facts.chain((inOrder) =>
    fc.tuple(
      fc.constant(inOrder),
      fc.shuffledSubarray([...inOrder], { minLength: inOrder.length })
    )
  )

/** Equal sets of facts give byte-identical states: in any order, with doubles, in any parts. */
export const fold = <State>(
  subject: Fold<State>,
  facts: fc.Arbitrary<ReadonlyArray<Fact>>
): ReadonlyArray<Law> => [
  law(
    "the order of facts leaves no trace",
    fc.property(shuffled(facts), ([inOrder, other]) => {
      same(folded(subject, inOrder), folded(subject, other))
    })
  ),
  law(
    "a fact folded twice is a fact folded once",
    fc.property(shuffled(facts), ([inOrder, other]) => {
      const doubled = inOrder.flatMap((fact, at) => [fact, other[at] ?? fact, fact])
      same(folded(subject, inOrder), folded(subject, doubled))
    })
  ),
  law(
    "two overlapping parts, the later part first, give the whole",
    fc.property(facts, fc.nat(), fc.nat(), (inOrder, from, length) => {
      const cut = from % (inOrder.length + 1)
      const overlap = Math.min(inOrder.length, cut + length % (inOrder.length + 1))
      const parts = [...inOrder.slice(cut), ...inOrder.slice(0, overlap)]
      same(folded(subject, inOrder), folded(subject, parts))
    })
  ),
  law(
    "folding changes no fact and no earlier state",
    fc.property(facts, fc.nat(), (inOrder, at) => {
      for (const fact of inOrder) deepFreeze(fact)
      const cut = at % (inOrder.length + 1)
      const earlier = inOrder.slice(0, cut).reduce(subject.evolve, subject.initial)
      const before = Canonical.encode(earlier)
      inOrder.slice(cut).reduce(subject.evolve, earlier)
      same(before, Canonical.encode(earlier))
    })
  )
]

/** A fold that tells the status of sessions. */
export interface StatusFold<State> extends Fold<State> {
  /** The status of every opened session. */
  readonly statuses: (state: State) => ReadonlyMap<string, Status>
  /** What was certified: by session, the hashes of its certified plans. */
  readonly certified: (state: State) => ReadonlyMap<string, ReadonlyArray<string>>
}

/** Whatever comes later: a status never falls, and a certificate stands. */
export const status = <State>(
  subject: StatusFold<State>,
  facts: fc.Arbitrary<ReadonlyArray<Fact>>
): ReadonlyArray<Law> => [
  law(
    "a status never falls, whatever comes later in whatever order",
    fc.property(shuffled(facts), ([, other]) => {
      let state = subject.initial
      for (const fact of other) {
        const before = subject.statuses(state)
        state = subject.evolve(state, fact)
        const after = subject.statuses(state)
        for (const [session, held] of before) {
          const now = after.get(session)
          if (now === undefined || statuses.indexOf(now) < statuses.indexOf(held)) {
            throw new Error(`${session} fell from ${held} to ${now} by ${JSON.stringify(fact.data)}`)
          }
        }
      }
    })
  ),
  law(
    "a certified plan stays certified under any later fact",
    fc.property(shuffled(facts), ([, other]) => {
      let state = subject.initial
      for (const fact of other) {
        const before = subject.certified(state)
        state = subject.evolve(state, fact)
        const after = subject.certified(state)
        for (const [session, plans] of before) {
          const lost = plans.find((plan) => !after.get(session)?.includes(plan))
          if (lost !== undefined) throw new Error(`${session} lost its certified plan ${lost}`)
        }
      }
    })
  )
]

/** A machine under test: where it starts and its step over an input with all that it may read. */
export interface Stepped<State, Input, Output> {
  readonly initial: State
  readonly decide: (state: State, input: Input) => Decision<State, Output>
}

export interface Bounds {
  readonly draftsMax: number
  readonly outputsMax: number
}

/** A machine never throws, answers the same to the same, and asks for no more than it may. */
export const machine = <State, Input, Output>(
  subject: Stepped<State, Input, Output>,
  inputs: fc.Arbitrary<ReadonlyArray<Input>>,
  bounds: Bounds
): ReadonlyArray<Law> => [
  law(
    "the same inputs give the same decisions, and inputs stay as they were",
    fc.property(inputs, (given) => {
      for (const input of given) deepFreeze(input)
      same(Canonical.encode(run(subject, given)), Canonical.encode(run(subject, given)))
    })
  ),
  law(
    `an input brings at most ${bounds.draftsMax} drafts and ${bounds.outputsMax} outputs`,
    fc.property(inputs, (given) => {
      for (const { drafts, outputs } of run(subject, given)) {
        if (drafts.length > bounds.draftsMax || outputs.length > bounds.outputsMax) {
          throw new Error(`${drafts.length} drafts and ${outputs.length} outputs for one input`)
        }
      }
    })
  )
]

const run = <State, Input, Output>(
  subject: Stepped<State, Input, Output>,
  inputs: ReadonlyArray<Input>
): ReadonlyArray<Decision<State, Output>> => {
  let state = subject.initial
  return inputs.map((input) => {
    const decision = subject.decide(state, input)
    state = decision.state
    return decision
  })
}

const same = (one: string, other: string): void => {
  if (one === other) return
  let at = 0
  while (one[at] === other[at]) at++
  const around = (state: string) => `…${state.slice(Math.max(0, at - 100), at + 300)}…`
  throw new Error(`the states differ from character ${at} on:\n${around(one)}\n${around(other)}`)
}

/** Freezes plain data; persistent maps guard themselves. */
const deepFreeze = (value: unknown): void => {
  const plain = Array.isArray(value) ||
    (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype)
  if (!plain || Object.isFrozen(value)) return
  Object.freeze(value)
  Object.values(value).forEach(deepFreeze)
}
