/**
 * A fork that a node found is proved to the others once, unless somebody's proof brought it (H10).
 */
import { assert, describe, it } from "@effect/vitest"
import * as ForkProof from "@chorus/coordination-core/ban/ForkProof"
import * as Forks from "@chorus/coordination-core/ban/Forks"
import { draft } from "@chorus/coordination-core/fact/Draft"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import * as Paper from "@chorus/coordination-core/testing/Paper"

/** Agents of nodes that stated two claims at one place each, and an honest one. */
const scene = (names: ReadonlyArray<string>) => {
  const paper = Paper.make()
  const honest = paper.agent("honest", "m1")
  const forks = names.map((name) => {
    const liar = paper.agent(name, "m1")
    const one = paper.claim(liar, `${name}#1`)
    const two = paper.fork(liar.node, draft({
      message_type: "task_claimed",
      repository: name,
      task_id: 2,
      agent_id: liar.name,
      claimed_until_ms: 0
    }))
    return [one, two] as const
  })
  const prove = ([one, two]: readonly [Fact, Fact]) =>
    paper.state(honest.node, draft(
      { message_type: "fork_proven", log: one.log, seq: one.seq },
      [one.id, two.id]
    ))
  return { paper, honest, forks, prove }
}

/** The proofs that are due when `fresh` comes to those who hold `held`. */
const due = (held: ReadonlyArray<Fact>, fresh: ReadonlyArray<Fact>) => {
  const before = Forks.evolveAll(Forks.empty, held)
  return ForkProof.due(before, fresh, Forks.evolveAll(before, fresh))
}

describe("ForkProof", () => {
  it("H10: each fork that was found is proved by its two facts, the lowest author's first", () => {
    const { forks, prove } = scene(["a", "b", "c", "d", "e", "f"])
    const byAuthor = forks.toSorted(([one], [two]) => one.from < two.from ? -1 : 1)

    assert.deepStrictEqual(due([], forks.flat()), byAuthor.map(([one, two]) =>
      draft({ message_type: "fork_proven", log: one.log, seq: one.seq }, [one.id, two.id].sort())
    ))
    assert.deepStrictEqual(due(forks.flat(), forks.flat()), [])
    assert.deepStrictEqual(due([], [prove(forks[0]!)]), [])
  })

  it("H10: a fork is proved once, and one more of the same author not at all", () => {
    const { forks, paper } = scene(["a"])
    const [one, two] = forks[0]!
    const third = paper.fork(one.from, draft({
      message_type: "task_released",
      claim: one.id,
      agent_id: Paper.ownerOf(one).name
    }))

    assert.lengthOf(due([one], [two]), 1)
    assert.deepStrictEqual(due([one, two], [third]), [])
  })

  it("H10: a proof of one fork in a batch leaves the others in it to be proved", () => {
    const { forks, prove } = scene(["a", "b"])
    const [proven, other] = forks

    assert.deepStrictEqual(due([], [prove(proven!), ...other!]).map(({ embed }) => embed), [
      other!.map(({ id }) => id).sort()
    ])
  })

  it("H10: what merely embeds a side of a fork is no proof of it", () => {
    const { forks, honest, paper } = scene(["a"])
    const [one, two] = forks[0]!
    const opening = paper.open("planning", [one, paper.claim(honest, "b#1")], honest.node)

    assert.lengthOf(due([two], [opening]), 1)
  })
})
