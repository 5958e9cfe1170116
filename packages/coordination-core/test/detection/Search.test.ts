/**
 * A search finds the likest tasks and visits a bounded number of places, whatever was written.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Index from "@chorus/coordination-core/detection/Index"
import { defaults } from "@chorus/coordination-core/detection/Parameters"
import * as Search from "@chorus/coordination-core/detection/Search"
import { entry, indexOf, task } from "./entries.ts"

const reach: Search.Reach = { ...defaults, related: [] }

const search = (index: Index.Index, one: Index.Entry, how = reach): Search.Answer =>
  Search.search(index, Index.get(index, one.claim)!, how)

/** Tasks that all hold the same text, in as many repositories. */
const crowd = (count: number, description: string): ReadonlyArray<Index.Entry> =>
  Array.from({ length: count }, (_, at) =>
    entry(task(`repo-${at}`, `Colour ${at}`, { task_id: at, description })))

describe("a search", () => {
  it("finds the likest first, and nothing in the same repository", () => {
    const one = entry(task("shop", "Print gift vouchers"))
    const likest = entry(task("web", "Show gift vouchers"))
    const like = entry(task("till", "Weigh vouchers"))
    const own = entry(task("shop", "Print gift vouchers in colour"))
    const other = entry(task("farm", "Water the tomatoes"))

    const { candidates } = search(indexOf([own, like, other, likest, one]), one)

    assert.deepStrictEqual(candidates.map(({ found }) => found.entry), [likest, like])
    assert.isTrue(candidates.every(({ likeness }) => likeness > 0 && likeness < 1))
  })

  it("an equal text has a likeness of 1", () => {
    const one = entry(task("shop", "Print gift vouchers"))
    const { candidates } = search(indexOf([one, entry(task("web", "Print gift vouchers"))]), one)

    assert.closeTo(candidates[0]?.likeness ?? 0, 1, 1e-9)
  })

  it("tells what is shared, the most telling first", () => {
    const one = entry(task("shop", "Print gift vouchers for users"))
    const index = indexOf([one, entry(task("web", "Gift vouchers of users"))])

    const shared = search(index, one).candidates[0]?.shared.map(({ key }) => key)

    assert.sameMembers(shared ?? [], ["gift", "voucher", "gift voucher", "voucher user", "user"])
    assert.strictEqual(shared?.at(-1), "user")
  })

  it("follows rare terms before common ones", () => {
    const common = crowd(300, "lorem")
    const one = entry(task("shop", "Lorem zucchini"))
    const partner = entry(task("farm", "Zucchini"))

    const { candidates, visited } = search(indexOf([...common, one, partner]), one)

    assert.deepStrictEqual(candidates.map(({ found }) => found.entry), [partner])
    assert.isAtMost(visited, 4)
  })
})

describe("the cost of a search", () => {
  const rare = Array.from({ length: 250 }, (_, at) => `w${at.toString(36)}x`).join(" ")
  const texts = {
    rare,
    repeated: "again ".repeat(333),
    trap: "a.".repeat(1000),
    long: "x".repeat(2000)
  }

  for (const [name, text] of Object.entries(texts)) {
    it(`H26: is bounded for a crowd with ${name} text`, () => {
      const all = crowd(100, text)

      const { candidates, visited } = search(indexOf(all), all[0]!)

      assert.isAtMost(visited, reach.visitedMax)
      assert.isAtMost(candidates.length, reach.foundMax)
    })
  }

  it("H26: does not grow with the number of tasks", () => {
    const visited = [200, 2000].map((count) => {
      const all = Array.from({ length: count }, (_, at) =>
        entry(task(`repo-${at % 40}`, `Paint fence ${at} near pond ${Math.floor(at / 4)}`)))
      return search(indexOf(all), all[100]!).visited
    })

    assert.isAtMost(visited[1]!, visited[0]! + 8)
    assert.isAbove(visited[1]!, 0)
  })

  it("terms that are only related come last and fit the rest of the budget", () => {
    const one = entry(task("shop", "Zucchini"))
    const all = [one, entry(task("farm", "Zucchini")), ...crowd(20, "lorem")]
    const related = { ...reach, related: ["lorem"] }

    const within = search(indexOf(all), one, related)
    const beyond = search(indexOf(all), one, { ...related, visitedMax: 10 })

    assert.strictEqual(within.candidates[0]?.found.task.repository, "farm")
    assert.isAbove(within.candidates.length, 1)
    assert.lengthOf(beyond.candidates, 1)
  })
})
