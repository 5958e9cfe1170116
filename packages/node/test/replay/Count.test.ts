/**
 * What a replay brought, counted by hand beside it.
 */
import * as Paper from "@chorus/coordination-core/testing/Paper"
import { assert, describe, it } from "@effect/vitest"
import * as Count from "../../src/replay/Count.ts"
import { stateOf } from "../view/paper.ts"

const hour = 3_600_000

const task = (id: string, repository: string, atHour: number) => ({
  id,
  repository,
  title: id,
  description: "",
  atMillis: atHour * hour
})

/** Six tasks of three repositories. */
const tasks = [
  task("1", "a", 0), task("2", "b", 1), task("3", "c", 2),
  task("4", "a", 3), task("5", "b", 30), task("6", "c", 31)
]

/** Stated: 1 with 2, 3 with 4 and 5 with 6, of which one is resolved and one over. */
const replayed = () => {
  const paper = Paper.make()
  const agents = { a: paper.agent("n", "a"), b: paper.agent("n", "b"), c: paper.agent("m", "c") }
  const claims = [agents.a, agents.b, agents.c, agents.a, agents.b, agents.c].map((agent, at) =>
    paper.claim(agent, `${agent.name}#${at + 1}`))
  const opened = [[0, 1], [2, 3], [4, 5]].map(([one, other]) =>
    Paper.session(paper.depend(claims[one!]!, claims[other!]!)))
  const plan = paper.propose(opened[0]!, agents.a)
  paper.certify(
    agents.a.node,
    opened[0]!,
    [paper.vote(agents.a, plan, "agree"), paper.vote(agents.b, plan, "agree")]
  )
  for (const claim of claims.slice(2, 4)) paper.end(claim)
  return paper
}

const course: Count.Course = {
  tasks,
  nodes: 2,
  plans: { asked: 3, calls: 4 },
  seconds: 1.25,
  taskMillis: 24 * hour,
  links: undefined
}

describe("Count", () => {
  it("counts tasks, alerts, outcomes and what it cost", () => {
    const paper = replayed()

    assert.deepStrictEqual(Count.count(stateOf(paper), course), {
      tasks: 6,
      repositories: 3,
      nodes: 2,
      facts: paper.facts.length,
      dependencies: 3,
      alerts_per_task: 0.5,
      sessions: { active: 1, expired: 1, resolved: 1 },
      plans: 3,
      model_calls: 4,
      seconds: 1.3,
      tasks_per_second: 4.8
    })
  })

  it("a link counts once, between two repositories, with both ends in the replay", () => {
    const links = [
      { from: "1", to: "2" },
      { from: "2", to: "1" },
      { from: "2", to: "3" },
      { from: "2", to: "6" },
      { from: "6", to: "5" },
      { from: "1", to: "4" },
      { from: "1", to: "elsewhere" }
    ]

    // 1-2, 2-3, 2-6 and 5-6 count; 2 and 6 were not held together; 1-2 and 5-6 were stated.
    assert.deepStrictEqual(Count.count(stateOf(replayed()), { ...course, links }).links, {
      total: 4,
      held_together: 3,
      found: 2,
      recall: 0.5,
      precision: 0.667
    })
  })

  it("nothing found among nothing is 0, not an error", () => {
    const counted = Count.count(stateOf(Paper.make()), { ...course, links: [] })

    assert.deepStrictEqual(
      counted.links,
      { total: 0, held_together: 0, found: 0, recall: 0, precision: 0 }
    )
    assert.deepInclude(counted, { dependencies: 0, alerts_per_task: 0, sessions: {} })
  })

  it("the table names outcomes in the order of their weight", () => {
    const table = Count.table(
      Count.count(stateOf(replayed()), { ...course, links: [{ from: "1", to: "2" }] })
    )

    assert.match(table, /^tasks +6 of 3 repositories over 2 nodes$/m)
    assert.match(table, /^sessions +1 active, 1 expired, 1 resolved$/m)
    assert.match(table, /^plans +3 made, 4 model calls$/m)
    assert.match(
      table,
      /^links +1 of 1 found, recall 100 %, precision 33\.3 %\n +1 of the 1 had both tasks held .+$/m
    )
  })
})
