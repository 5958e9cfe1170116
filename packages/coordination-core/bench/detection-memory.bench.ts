/**
 * The memory of open tasks with their index against the JSON of the tasks, and that of a small node
 * against what the seed says of its own: 100 tasks and 10 sessions in 100 KB.
 */
import { type Benchmark, ratioOf, type Row } from "@chorus/bench/Benchmark"
import * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import * as NodeSettings from "@chorus/coordination-core/coordination/NodeSettings"
import * as Index from "@chorus/coordination-core/detection/Index"
import { draft } from "@chorus/coordination-core/fact/Draft"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import type { TaskContext } from "@chorus/coordination-core/task/TaskContext"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { entryOf, tasksOf } from "./Tasks.ts"

const size = 100_000
const [tasks, sessions, seedBytes] = [100, 10, 100_000]
/** So many small nodes at once, so that what else the heap holds does not count. */
const nodes = 20

setFlagsFromString("--expose-gc")
// The flag puts `gc`, a function, into contexts made from now on.
const collect = runInNewContext("gc") as () => void

/** The bytes that stay while what is made is held. */
const heldBy = <A>(make: () => A): number => {
  const bytes = (): number => {
    collect()
    const { external, heapUsed } = process.memoryUsage()
    return heapUsed + external
  }
  const before = bytes()
  const made = [make()]
  const after = bytes()
  // Held until here, or it would be gone when it is weighed.
  made.pop()
  return after - before
}

/** As a decoder makes it: no part of it is shared with another task. */
const fresh = (task: TaskContext): TaskContext => JSON.parse(JSON.stringify(task))

const indexRow = (): Row => {
  const all = tasksOf(size)
  const json = all.reduce((sum, task) => sum + Buffer.byteLength(JSON.stringify(task)), 0)
  const held = heldBy(() =>
    all.reduce((index, task, at) => Index.insert(index, entryOf(fresh(task), at)), Index.empty))
  return {
    of: `a task of ${size}, with index ÷ its JSON`,
    ours: { amount: held / size, unit: "bytes" },
    baseline: { amount: json / size, unit: "bytes" }
  }
}

/** Claims of two nodes, and sessions between them, each with a plan. */
const smallNode = (): Coordination.State => {
  const paper = Paper.make()
  const claims = tasksOf(tasks).map((task, at): Fact => {
    const agent = paper.agent(at % 2 === 0 ? "n" : "m", `agent-${at}`)
    paper.state(agent.node, draft({ message_type: "task_announced", task, version: 1 }))
    return paper.claim(agent, `${task.repository}#${task.task_id}`)
  })
  for (let number = 0; number < sessions; number++) {
    const [one, other] = [claims[2 * number], claims[2 * number + 1]]
    if (one === undefined || other === undefined) throw new Error("there are claims enough")
    paper.propose(Paper.session(paper.depend(one, other)), paper.agent("n", `agent-${2 * number}`))
  }
  const initial = Coordination.initial(Paper.node("n"), paper.settings, NodeSettings.defaults)
  const at = { wallMillis: 300_000, monotonicMillis: 300_000 }
  return Coordination.decide(initial, { _tag: "Received", facts: paper.facts }, at).state
}

const nodeRow = (): Row => ({
  of: `a node with ${tasks} tasks and ${sessions} sessions`,
  ours: { amount: heldBy(() => Array.from({ length: nodes }, smallNode)) / nodes, unit: "bytes" },
  baseline: { amount: seedBytes, unit: "bytes" }
})

export default {
  measures: "Memory of open tasks, and of a small node.",
  baseline: "JSON of the tasks; the seed's 100 KB",
  ratio: "ours ÷ baseline",
  goal: {
    says: "<= 3 × its JSON, <= 1 × of 100 KB",
    reached: (rows) => rows.every((row, at) => ratioOf("ours ÷ baseline", row).wall <= (at === 0 ? 3 : 1))
  },
  run: () => {
    smallNode()
    return [nodeRow(), indexRow()].toReversed()
  }
} satisfies Benchmark
