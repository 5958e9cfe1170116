/**
 * The first stage finds who could belong together by several ways, at a bounded cost.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Candidates from "@chorus/coordination-core/detection/Candidates"
import * as Feedback from "@chorus/coordination-core/detection/Feedback"
import * as Index from "@chorus/coordination-core/detection/Index"
import { defaults } from "@chorus/coordination-core/detection/Parameters"
import { atMillis, entry, indexOf, task } from "./entries.ts"

interface Asked {
  readonly feedback?: Feedback.Feedback
  readonly related?: ReadonlyArray<string>
}

const find = (
  index: Index.Index,
  one: Index.Entry,
  { feedback = Feedback.empty, related = [] }: Asked = {}
) => {
  const shelf = Index.shelf(index)
  const number = shelf.numberOf(Index.get(index, one.claim)!)
  const query = Candidates.queryOf(shelf, number, atMillis, feedback, defaults)
  const { tasks, visited } = Candidates.find(shelf, query, related)
  return { found: tasks.map((each) => shelf.held[each]!.entry), visited }
}

/** Tasks that all hold the same text, in as many repositories. */
const crowd = (count: number, description: string): ReadonlyArray<Index.Entry> =>
  Array.from({ length: count }, (_, at) =>
    entry(task(`repo-${at}`, `Colour ${at}`, { task_id: at, description })))

describe("candidates", () => {
  it("come the likest first, and none from the same repository", () => {
    const one = entry(task("shop", "Print gift vouchers"))
    const likest = entry(task("web", "Show gift vouchers"))
    const like = entry(task("till", "Weigh vouchers"))
    const own = entry(task("shop", "Print gift vouchers in colour"))
    const other = entry(task("farm", "Water the tomatoes"))

    assert.deepStrictEqual(find(indexOf([own, like, other, likest, one]), one).found, [likest, like])
  })

  it("share no word where their repositories are kin, named, or were confirmed before", () => {
    const one = entry(task("lantern", "Dim at dusk, for harbour"))
    const [kin, named, partner, other] = ["python-lanternclient", "harbour", "meadow", "quarry"]
      .map((repository) => entry(task(repository, `Sweep ${repository.length}`)))
    const all = indexOf([one, kin!, named!, partner!, other!])
    const feedback = Feedback.confirmed(Feedback.empty, { from: "meadow", to: "lantern" }, atMillis)

    assert.sameDeepMembers([...find(all, one).found], [kin, named])
    assert.sameDeepMembers([...find(all, one, { feedback }).found], [kin, named, partner])
  })

  it("hold a word that a rule asks for", () => {
    const one = entry(task("shop", "Zucchini"))
    const all = indexOf([one, entry(task("farm", "Marrow")), ...crowd(defaults.relatedMax + 1, "lorem")])

    const { found } = find(all, one, { related: ["lorem", "marrow"] })

    assert.deepStrictEqual(found.map(({ task: { repository } }) => repository), ["farm"])
  })
})

describe("the cost of a search", () => {
  const texts = {
    rare: Array.from({ length: 250 }, (_, at) => `w${at.toString(36)}x`).join(" "),
    repeated: "again ".repeat(333),
    trap: "a.".repeat(1000),
    long: "x".repeat(2000)
  }
  const most = defaults.recentMax + defaults.likestMax + 2 * defaults.relatedMax

  for (const [name, text] of Object.entries(texts)) {
    it(`H26: is bounded for a crowd with ${name} text`, () => {
      const all = crowd(100, text)

      const { found, visited } = find(indexOf(all), all[0]!)

      assert.isAtMost(visited, defaults.visitedMax)
      assert.isAtMost(found.length, most)
    })
  }

  it("H26: does not grow with the number of tasks", () => {
    const visited = [200, 2000].map((count) => {
      const all = Array.from({ length: count }, (_, at) =>
        entry(task(`repo-${at % 40}`, `Paint fence ${at} near pond ${Math.floor(at / 4)}`)))
      return find(indexOf(all), all[100]!).visited
    })

    assert.isAbove(visited[1]!, 0)
    assert.isAtMost(visited[1]!, visited[0]! + defaults.followedMax)
  })
})
