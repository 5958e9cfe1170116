/**
 * How long it takes until an agent can be shown what another said, against one hop of bare gossip.
 *
 *     say ──▶ sealed and on the disk ──▶ gossip, where the other is on another node ──▶ in its news
 *
 * Fifty agents are in twenty-five sessions of two, all on one node, or on three that are all connected.
 */
import type { Benchmark, Row } from "@chorus/bench/Benchmark"
import * as CatchUp from "@chorus/coordination-core/catchup/CatchUp"
import type { Command } from "@chorus/coordination-core/command/Command"
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import * as TaskKey from "@chorus/coordination-core/identity/TaskKey"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { randomBytes } from "node:crypto"
import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setImmediate as turn } from "node:timers/promises"
import * as News from "../src/view/News.ts"
import * as Cluster from "./mesh/Cluster.ts"
import * as RawMesh from "./mesh/RawMesh.ts"

const pairs = 25
const rounds = 8
const patienceMillis = 10_000

const percentile = (all: ReadonlyArray<number>, share: number): number =>
  all.toSorted((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * share))] ?? Number.NaN

/** From publishing a message of a fact's size to each delivery of it, in a mesh of three. */
const rawMillis = async (keep: (message: Uint8Array) => void = () => {}): Promise<ReadonlyArray<number>> => {
  let [message, published] = [randomBytes(1024), 0]
  const millis: Array<number> = []
  const mesh = await RawMesh.make(3, {}, () => {
    keep(message)
    millis.push(performance.now() - published)
  })
  for (let count = 0; count < pairs * rounds; count++) {
    message = randomBytes(1024)
    published = performance.now()
    keep(message)
    await mesh.publish(count % 3, message)
    while (mesh.delivered() < 2 * (count + 1) && performance.now() < published + patienceMillis) await turn()
  }
  await mesh.stop()
  return millis
}

/** The same, where who says or hears a message has it on the disk before going on, as our nodes do. */
const keptMillis = async (): Promise<ReadonlyArray<number>> => {
  const folder = await mkdtemp(join(tmpdir(), "chorus-bench-"))
  const file = openSync(join(folder, "log"), "a")
  try {
    return await rawMillis((message) => {
      writeSync(file, message)
      fdatasyncSync(file)
    })
  } finally {
    closeSync(file)
    await rm(folder, { recursive: true })
  }
}

const done = Effect.fnUntraced(function*(node: Cluster.Node, command: Command) {
  return Result.getOrThrowWith(yield* node.ask(command), ({ message }) => new Error(message))
})

/** One of two agents, and where it is. */
interface Side {
  readonly node: Cluster.Node
  readonly agent: AgentName
}

/** Two agents on one task, whose session is a conflict that one of them opens. */
const opened = Effect.fnUntraced(function*(one: Side, other: Side, nth: number) {
  const key = TaskKey.make("shop", nth)
  const task = { repository: "shop", task_id: nth, title: randomBytes(6).toString("hex") }
  for (const { agent, node } of [one, other]) {
    yield* done(node, { _tag: "Claim", agent, task, leaseMillis: 3_600_000 })
  }
  const asking = one.node.ask({
    _tag: "Open", agent: one.agent, kind: "conflict", tasks: [key], reason: "one task"
  })
  const session = Result.getOrThrow(yield* Cluster.until(asking, Result.isSuccess)).session ?? ""
  yield* Cluster.until(other.node.state, ({ replica }) => Replica.sessionById(replica, session) !== undefined)
  return session
})

/** From the word of one to the news of the other. */
const shownMillis = Effect.fnUntraced(function*(one: Side, other: Side, session: string) {
  const text = randomBytes(8).toString("hex")
  const began = performance.now()
  yield* done(one.node, { _tag: "Say", agent: one.agent, session, text, intent: "question" })
  for (;;) {
    const state = yield* other.node.state
    const look = { state, nowMillis: 0, wallMillis: 0, self: other.node.self }
    const { lines } = News.of(look, other.agent, 0, pairs)
    if (lines.some((line) => line.text.includes(text))) {
      const millis = performance.now() - began
      const noted = lines.map(({ items, session: id }) => ({ session: id, items }))
      yield* done(other.node, { _tag: "Note", agent: other.agent, stage: "shown", noted })
      return millis
    }
    if (performance.now() - began > patienceMillis) throw new Error("it was not delivered")
    yield* Effect.promise(() => turn())
  }
})

/** Waits until all nodes hold the same: what comes after one word must not meet the next. */
const quiet = Effect.fnUntraced(function*(nodes: ReadonlyArray<Cluster.Node>) {
  const digests = Effect.forEach(nodes, ({ state }) =>
    Effect.map(state, ({ catchUp }) => CatchUp.digest(catchUp)))
  yield* Cluster.until(digests, (all) => new Set(all).size === 1)
})

/** All pairs in turn, so many times; with three nodes the two of a pair are on different ones. */
const measured = async (nodes: number): Promise<ReadonlyArray<number>> => {
  const folder = await mkdtemp(join(tmpdir(), "chorus-bench-"))
  try {
    return await Effect.runPromise(Effect.scoped(Effect.gen(function*() {
      const { nodes: all } = yield* Cluster.start(folder, nodes, { loss: 0, doubled: 0 })
      const side = (nth: number, role: string, next: number): Side => {
        const node = all[(nth + next) % nodes]
        if (node === undefined) throw new Error("no such node")
        return { node, agent: AgentName.make(`${role}-${nth}`) }
      }
      const sessions = yield* Effect.forEach(Array.from({ length: pairs }, (_, nth) => nth), (nth) => {
        const [one, other] = [side(nth, "one", 0), side(nth, "other", 1)]
        return Effect.map(opened(one, other, nth), (session) => ({ one, other, session }))
      })
      const millis: Array<number> = []
      for (let round = 0; round < rounds; round++) {
        for (const { one, other, session } of sessions) {
          millis.push(yield* shownMillis(one, other, session))
          yield* quiet(all)
        }
      }
      return millis
    })))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const run = async (): Promise<ReadonlyArray<Row>> => {
  const [bare, kept] = [await rawMillis(), await keptMillis()]
  const [one, three] = [await measured(1), await measured(3)]
  return [
    { of: "50 agents on one node", ours: one, baseline: bare },
    { of: "50 agents on three nodes", ours: three, baseline: bare },
    { of: "… against a hop that is kept at both ends", ours: three, baseline: kept }
  ].flatMap(({ baseline, of, ours }) =>
    [0.5, 0.99].map((share) => ({
      of: `${of}, p${100 * share}`,
      ours: { amount: percentile(ours, share), unit: "ms" },
      baseline: { amount: percentile(baseline, share), unit: "ms" }
    })))
}

export default {
  measures: "From what an agent says to the news of another.",
  baseline: "a hop of bare gossipsub",
  ratio: "ours ÷ baseline",
  goal: {
    says: "≤ 1.5",
    reached: (rows) =>
      rows.every(({ baseline, ours }) =>
        "unit" in ours && "unit" in baseline && ours.amount / baseline.amount <= 1.5)
  },
  run,
  note: "Ours has sealed what was said, and has it on the disk before it is sent and before it is shown."
} satisfies Benchmark
