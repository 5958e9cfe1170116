/**
 * What it costs an agent to ask before it edits: `check` against an empty request on the same socket,
 * with so many open tasks that declare what they touch.
 *
 * Socket, interface and client are the real ones; the state is folded from facts beforehand.
 */
import * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import * as NodeDefaults from "@chorus/coordination-core/coordination/NodeSettings"
import { draft } from "@chorus/coordination-core/fact/Draft"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import type { Benchmark } from "@chorus/bench/Benchmark"
import { ChorusNode } from "@chorus/runtime/ChorusNode"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Calls from "../src/api/Calls.ts"
import * as Client from "../src/api/Client.ts"
import * as Server from "../src/api/Server.ts"
import * as Keeper from "../src/inbox/Keeper.ts"
import * as Files from "../src/cli/Files.ts"
import * as Layers from "../src/Layers.ts"

const repositories = 50
const requests = 200
const sizes = [1_000, 10_000]

/** A node that holds so many open tasks of others, each with a scope and two paths. */
const stateOf = (tasks: number) => {
  const paper = Paper.make()
  const at = { monotonicMillis: 0, wallMillis: 0 }
  for (let nth = 0; nth < tasks; nth++) {
    const [repository, task_id] = [`repo-${nth % repositories}`, nth]
    const agent = paper.agent(`n${nth % 16}`, "m")
    const scopes = [`table:t${nth % (tasks / 4)}=use`]
    const paths = [`src/part${nth}`, `docs/${nth % 1000}/**/*.txt`]
    const task = { repository, task_id, title: `Work at part ${nth}`, scopes, paths }
    paper.state(agent.node, draft({ message_type: "task_announced", task, version: 1 }))
    paper.claim(agent, `${repository}#${task_id}`)
  }
  const mesh = paper.settings
  const fresh = Coordination.initial(Paper.node("self"), mesh, { ...NodeDefaults.defaults, settleMillis: 0 })
  const { state } = Coordination.decide(fresh, { _tag: "Received", facts: paper.facts }, at)
  return { mesh, state }
}

const served = Effect.fnUntraced(function*(folder: string, tasks: number) {
  const { mesh, state } = stateOf(tasks)
  const files = Files.of(join(folder, `${tasks}.db`))
  const node = Layer.succeed(ChorusNode, {
    self: state.node,
    mesh,
    ask: () => Effect.never,
    state: Effect.succeed(state),
    about: () => Effect.succeed(state),
    recent: () => Effect.succeed(state),
    committed: Stream.empty,
    counters: Effect.succeed({ dropped: 0, refused: 0 }),
    ended: Effect.never
  })
  const about = {
    version: "",
    model: "",
    database: files.db,
    modelFailed: Effect.succeed(undefined),
    stopped: yield* Deferred.make<void>()
  }
  const ports = Layer.mergeAll(
    node,
    Layers.storage(files.db),
    Layers.network({ keyFile: files.nodeKey, bootstrap: [] }),
    Layers.time
  )
  const keeper = Keeper.layer({ quiet: undefined, send: undefined, minuteOfDay: () => 0 })
  yield* Layer.build(Server.layer(files.socket).pipe(
    Layer.provide(Calls.layer(about)),
    Layer.provide(keeper),
    Layer.provide(ports)
  ))
  return yield* Client.make(files.socket)
})

const question = {
  repository: "repo-1",
  scopes: ["table:public.T1=migrate"],
  paths: ["src/part1/**", "docs/1/a.txt"]
}

const benchmark: Benchmark = {
  measures: "Check before an edit, over the socket.",
  baseline: "an empty request",
  ratio: "ours ÷ baseline",
  goal: {
    says: "≤ 3",
    reached: (rows) =>
      rows.every(({ baseline, ours }) =>
        "cpuMillis" in ours && "cpuMillis" in baseline && ours.cpuMillis / baseline.cpuMillis <= 3)
  },
  run: async (meter) => {
    const folder = await mkdtemp(join(tmpdir(), "chorus-bench-"))
    try {
      return await Effect.runPromise(Effect.scoped(Effect.forEach(sizes, Effect.fnUntraced(function*(tasks) {
        const client = yield* served(folder, tasks)
        const many = (request: Effect.Effect<unknown, unknown>) => () =>
          Effect.runPromise(Effect.repeat(request, { times: requests - 1 }))
        const report = yield* client.check(question)
        const spent = yield* Effect.promise(() =>
          meter.paired({ ours: many(client.check(question)), baseline: many(client.mesh()) }))
        const of = `${requests} requests, ${tasks.toLocaleString("en")} open tasks`
        return { of, ...spent, beside: { met: String(report.encounters.length) } }
      }))))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}

export default benchmark
