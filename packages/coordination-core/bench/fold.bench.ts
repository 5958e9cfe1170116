/**
 * The fold over facts: `Replica.evolveAll` against the same fold by hand over mutable Maps.
 *
 * Both keep the same information, which is compared before anything is measured. Facts come in
 * batches as they do from the mailbox, and all at once as after a restart.
 */
import type { Benchmark, Row } from "@chorus/bench/Benchmark"
import { ratioOf } from "@chorus/bench/Benchmark"
import type { Meter } from "@chorus/bench/Meter"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import * as Canonical from "@chorus/coordination-core/replica/Canonical"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as Workload from "@chorus/coordination-core/testing/Workload"
import * as MapReducer from "./baseline/MapReducer.ts"

const founder = Paper.person("founder")
const tasksEach = 60
const factsWanted = 100_000
const batchMax = 256
const factsPerSecondWanted = 1_000_000

const byHand = (facts: ReadonlyArray<Fact>): MapReducer.State => {
  const state = MapReducer.empty()
  for (const fact of facts) MapReducer.reduce(state, fact)
  return state
}

const whole = (facts: ReadonlyArray<Fact>): Replica.Replica =>
  Replica.evolveAll(Replica.empty(founder), facts)

const inBatches = (facts: ReadonlyArray<Fact>): Replica.Replica => {
  let replica = Replica.empty(founder)
  for (let at = 0; at < facts.length; at += batchMax) {
    replica = Replica.evolveAll(replica, facts.slice(at, at + batchMax))
  }
  return replica
}

/** Throws unless both folds keep the same. */
const compare = (facts: ReadonlyArray<Fact>): void => {
  const theirs = Canonical.encode(MapReducer.asReplica(byHand(facts), founder))
  for (const ours of [whole(facts), inBatches(facts)]) {
    if (Canonical.encode(ours) !== theirs) throw new Error("the two folds do not keep the same")
  }
}

const row = async (
  meter: Meter,
  title: string,
  facts: ReadonlyArray<Fact>,
  fold: (facts: ReadonlyArray<Fact>) => unknown
): Promise<Row> => {
  const spent = await meter.paired({ ours: () => fold(facts), baseline: () => byHand(facts) }, { rounds: 7 })
  const perSecond = ({ wallMillis }: { readonly wallMillis: number }) =>
    `${((facts.length / wallMillis) / 1000).toFixed(2)} M facts/s`
  return {
    of: `${facts.length} facts ${title}`,
    ...spent,
    beside: { ours: perSecond(spent.ours), "by hand": perSecond(spent.baseline) }
  }
}

export default {
  measures: "The fold over facts, decoded already.",
  baseline: "mutable Maps",
  ratio: "baseline ÷ ours",
  goal: {
    says: ">= 0.5 × and >= 1 M facts/s",
    reached: (rows) =>
      rows.every(({ beside, ...row }) =>
        ratioOf("baseline ÷ ours", row).wall >= 0.5 &&
        Number.parseFloat(beside?.["ours"] ?? "") * 1e6 >= factsPerSecondWanted
      )
  },
  run: async (meter) => {
    compare(Workload.onPaper(3, tasksEach))
    const [sample] = [Workload.onPaper(1, tasksEach)]
    const facts = Workload.onPaper(Math.ceil(factsWanted / sample.length), tasksEach)
    return [
      await row(meter, "at once", facts, whole),
      await row(meter, `in batches of ${batchMax}`, facts, inBatches)
    ]
  }
} satisfies Benchmark
