/**
 * What a dependency costs a mesh of eight nodes: time against bare gossip, bytes against the
 * original's budget, and calls to a model, in bad weather too.
 *
 *     claim ──▶ dependency ──▶ plan ──▶ votes ──▶ resolution: four messages, one after the other
 */
import * as Effect from "effect/Effect"
import { randomBytes } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import * as Cluster from "./mesh/Cluster.ts"
import * as RawMesh from "./mesh/RawMesh.ts"
import * as Sessions from "./mesh/Sessions.ts"

const nodes = 8
const sessions = 24
const hops = 4
/** The original's budget: 2 KB a dependency, 5 KB a plan, 8 messages of 1 KB, 10 KB an outcome. */
const budgetBytes = 25 * 1024
const storm: Cluster.Weather = { loss: 0.1, doubled: 0.2 }
const patience = "4 minutes"

const median = (all: ReadonlyArray<number>): number =>
  all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0

/** The median time from publishing 1 KB to one delivery of it, in milliseconds. */
const rawMillis = async (): Promise<number> => {
  let published = 0
  const millis: Array<number> = []
  const mesh = await RawMesh.make(nodes, {}, () => millis.push(performance.now() - published))
  for (let count = 0; count < sessions * hops; count++) {
    published = performance.now()
    await mesh.publish(count % nodes, randomBytes(1024))
    const wanted = (count + 1) * (nodes - 1)
    while (mesh.delivered() < wanted && performance.now() < published + 2000) await sleep(1)
  }
  await mesh.stop()
  return median(millis)
}

const settled = async (weather: Cluster.Weather) => {
  const folder = await mkdtemp(join(tmpdir(), "chorus-bench-"))
  try {
    return await Effect.runPromise(Effect.scoped(Effect.gen(function*() {
      const { counted, nodes: all } = yield* Cluster.start(folder, nodes, weather)
      const millis: Array<number> = []
      for (let number = 0; number < sessions; number++) millis.push(yield* Sessions.settle(all, number))
      return { millis: median(millis), bytes: counted.bytes / sessions, calls: counted.calls / sessions }
    })).pipe(Effect.timeout(patience)))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const run = async () => {
  const raw = await rawMillis()
  const [fair, foul] = [await settled({ loss: 0, doubled: 0 }), await settled(storm)]
  const calls = (amount: number) => ({ amount, unit: "calls" })
  const time = (wallMillis: number) => ({ amount: wallMillis, unit: "ms" })
  return [
    { of: "claim to resolved on all 8, p50", ours: time(fair.millis), baseline: time(hops * raw), goal: 1.5 },
    {
      of: "bytes of a session",
      ours: { amount: fair.bytes, unit: "B" },
      baseline: { amount: budgetBytes, unit: "B" },
      goal: 0.5
    },
    { of: "calls to a model", ours: calls(fair.calls), baseline: calls(1), goal: 1.05 },
    { of: "… with 10 % lost, 20 % doubled", ours: calls(foul.calls), baseline: calls(1), goal: 1.05 }
  ]
}

const benchmark = {
  measures: "Time, bytes and model calls of a dependency in a mesh of eight nodes.",
  baseline: "hops of bare gossipsub, the original's budget, one call",
  ratio: "ours ÷ baseline" as const,
  goal: {
    says: "time ≤ 1.5, bytes ≤ 0.5, calls ≤ 1.05",
    reached: (rows: Awaited<ReturnType<typeof run>>) =>
      rows.every(({ baseline, goal, ours }) => ours.amount / baseline.amount <= goal)
  },
  run
}

export default benchmark

if (import.meta.main) {
  console.table((await run()).map(({ baseline, goal, of, ours }) => ({
    of,
    ours: `${ours.amount.toFixed(2)} ${ours.unit}`,
    baseline: `${baseline.amount.toFixed(2)} ${baseline.unit}`,
    ratio: (ours.amount / baseline.amount).toFixed(2),
    goal: `≤ ${goal}`
  })))
  process.exit(0)
}
