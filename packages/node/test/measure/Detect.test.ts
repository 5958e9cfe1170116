/**
 * `chorus bench detect` on a folder that can be counted by hand, and what it says of bad ones.
 */
import * as Parameters from "@chorus/coordination-core/detection/Parameters"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { Json, JsonLines } from "../../src/cli/Global.ts"
import * as Course from "../../src/measure/Course.ts"
import * as Detect from "../../src/measure/Detect.ts"
import * as Folder from "../../src/measure/Folder.ts"
import * as History from "../../src/measure/History.ts"
import * as Mistakes from "../../src/measure/Mistakes.ts"
import type { Row } from "../../src/measure/Ranker.ts"
import { best } from "../../src/measure/rank/Best.ts"
import { bm25, tfidf } from "../../src/measure/rank/Lexical.ts"
import * as Ours from "../../src/measure/rank/Ours.ts"
import { newest, seedRules } from "../../src/measure/rank/Simple.ts"
import { chorus, folder, refused } from "../Nodes.ts"
import * as Small from "./history.ts"

const small = Effect.tap(folder, (path) => Effect.sync(() => Small.write(path)))
const notCode = new Set(["infra"])

const questions = Effect.fnUntraced(function*(bounds: Partial<History.Bounds> = {}) {
  return History.questions(yield* Folder.read(yield* small), { notCode, ...bounds })
})

/** A whole course, without the bar on stderr. */
const judged = (asked: History.Questions, row: Row) => {
  const course = Course.begin(asked, row)
  for (const at of asked.tasks.keys()) course.step(at)
  return course.judged()
}

describe("the questions", () => {
  it.effect("begin after thirty days; a link counts at its later end, inside the window alone", () =>
    Effect.gen(function*() {
      const { counts, first, partners, strata, tasks } = yield* questions()
      const named = (places: Iterable<number>) => [...places].map((at) => tasks[at]?.id)

      assert.deepStrictEqual(counts, {
        evaluated: 9,
        linked: 3,
        links: 3,
        linksBeyond: 1,
        linksOfTwo: 1,
        // 1 + 2 + … + 7 of the first seven, none of the eighth, and the harbour of the last.
        candidates: Math.round((1 + 2 + 3 + 4 + 5 + 5 + 6 + 0 + 1) / 9)
      })
      assert.strictEqual(tasks[first]?.id, "c")
      assert.deepStrictEqual([...partners].map(([at, found]) => [tasks[at]?.id, ...named(found)]), [
        ["e", "c"], ["g", "f"], ["i", "h"]
      ])
      assert.deepStrictEqual(named(strata.code), ["e", "i"])
      assert.deepStrictEqual(named(strata.differentAuthors), ["e"])
    }))

  it("of a thinned history are about whole links, and about as many of them as of the tasks", () => {
    const tasks = Array.from({ length: 4000 }, (_, nth) => {
      const repository = nth % 2 === 0 ? "api" : "web"
      return { id: String(nth), repository, title: "", description: "", atMillis: nth }
    })
    const links = Array.from({ length: 1000 }, (_, nth) =>
      ({ from: 2 * nth + 1, to: 2 * nth, sameAuthor: undefined }))

    const thinned = History.thinned({ tasks, links }, 10)

    assert.closeTo(thinned.links.length, 100, 5)
    assert.closeTo(thinned.tasks.length, 400, 20)
    for (const { from, to } of thinned.links) {
      const [one, other] = [thinned.tasks[from]?.atMillis, thinned.tasks[to]?.atMillis]
      assert.strictEqual(one, (other ?? 0) + 1)
    }
    assert.deepStrictEqual(History.thinned({ tasks, links }, 1), { tasks, links })
  })

  it.effect("may be of a part: all before it warms up, nothing after it is looked at", () =>
    Effect.gen(function*() {
      const { counts, known, tasks } = yield* questions({
        fromMillis: Date.UTC(2026, 1, 5),
        untilMillis: Date.UTC(2026, 2, 1)
      })

      assert.deepInclude(counts, { evaluated: 3, linked: 2, links: 2, linksBeyond: 0 })
      assert.deepStrictEqual(tasks.map(({ id }) => id).join(""), "abcdefghi")
      assert.deepStrictEqual(
        known.map(({ knownMillis, link }) => [tasks[link.from]?.id, knownMillis]),
        [["b", 6], ["e", 34], ["g", 36], ["i", 38]].map(([id, day]) =>
          [id, Date.UTC(2026, 0, 1 + Number(day))])
      )
    }))
})

describe("a row", () => {
  it.effect.each([
    // Each partner is the newest of another repository; one pair speaks of a table; two share words.
    ["newest", newest, 1],
    ["seed", seedRules, 1 / 3],
    ["tfidf", tfidf, 2 / 3],
    ["bm25", bm25, 2 / 3]
  ] as const)("has the recall that is counted by hand: %s", ([, row, expected]) =>
    Effect.gen(function*() {
      const { all, code } = judged(yield* questions(), row)

      assert.deepStrictEqual([all.recall1, all.recall10], [expected, expected])
      assert.closeTo(all.mrr, expected, 1e-9)
      assert.strictEqual(code.questions, 2)
    }))

  it.effect("of ours finds the tasks that share words, and alerts them", () =>
    Effect.gen(function*() {
      const asked = yield* questions()
      const [full, , titles] = Ours.rows(Parameters.defaults).map((row) => judged(asked, row))

      assert.deepInclude(full?.all, { questions: 3, recall1: 2 / 3 })
      assert.deepInclude(full?.differentAuthors, { questions: 1, recall1: 1 })
      assert.deepInclude(titles?.code, { questions: 2, recall1: 1 })
      assert.isAbove(full?.alerts[0]?.recall ?? 0, 0.3)
      assert.isDefined(full?.alerts[0]?.calibration)
    }))

  it.effect("hears of links when they become known, and of tasks when they leave the window", () =>
    Effect.gen(function*() {
      const heard: Array<string> = []
      const asked = yield* questions()
      const id = (at: number) => asked.tasks[at]?.id ?? ""
      const recorder: Row = {
        id: "recorder",
        title: "recorder",
        feedback: true,
        make: () => ({
          arrive: (at) => {
            heard.push(id(at))
            return () => []
          },
          forget: (at) => void heard.push(`-${id(at)}`),
          confirm: (from, to) => void heard.push(`${id(from)}>${id(to)}`)
        })
      }

      judged(asked, recorder)

      assert.strictEqual(
        heard.join(" "),
        "a b b>a -a c d e e>c f g g>f -b h i i>h -c -d -e -f -g -h -i j k"
      )
    }))
})

it("the best are the highest scores, and of equals the newest", () => {
  const scored = Array.from({ length: 100 }, (_, at) => ({ at, score: at % 10 }))

  assert.deepStrictEqual(best(scored.slice(0, 20), 3).map(({ at }) => at), [19, 9, 18])
  assert.deepStrictEqual(best(scored, 3).map(({ score }) => score), [9, 9, 9])
  assert.lengthOf(best(scored, Infinity), 100)
})

it.live("S5: chorus bench detect prints the rows that were asked for, as a table and as JSON", () =>
  Effect.gen(function*() {
    const cwd = yield* small
    const line = "bench detect --data . --rows newest,ours --not-code infra"

    const [table, json] = yield* Effect.all([
      chorus(`${line} --title-only`, { cwd }),
      chorus(`${line} --json`, { cwd })
    ], { concurrency: 2 })

    assert.strictEqual(table.code, 0, table.stderr)
    assert.match(table.stdout, /^9 of 11 tasks evaluated, 2026-02-01 to 2026-04-01, 3 candidates each/)
    assert.match(table.stdout, /^newest first +100\.0 +100\.0 +100\.0 +1\.000/m)
    assert.match(table.stdout, /^ours +alarm +0\.\d+/m)
    assert.match(table.stderr, /^newest \[#+\] 11\/11 tasks/m)
    const { rows, ...counted } = JSON.parse(json.stdout)
    assert.deepInclude(counted, { tasks: 11, evaluated_tasks: 9, links: 3, links_beyond_window: 1 })
    assert.deepInclude(rows[1], { row: "ours", titles_only: false })
    assert.deepInclude(rows[1].all, { tasks: 3, recall_at_1: 0.6667 })
  }))

it.effect("what a row got wrong can be read: a partner that was not put first, an alert without a link", () =>
  Effect.gen(function*() {
    const asked = yield* questions()
    const named = (row: Row, count: number) => {
      const course = Course.begin(asked, row)
      for (const at of asked.tasks.keys()) course.step(at)
      return Mistakes.drawn(course.mistakes(), count).map((mistake) => Mistakes.told(asked.tasks, mistake))
    }
    const eager: Row = { ...newest, make: (tasks, start) => {
      const ranker = newest.make(tasks, start)
      return { ...ranker, alarm: (answer) => answer(1) }
    } }

    const missed = named(tfidf, 9)
    assert.deepStrictEqual(missed.map(({ kind, partners, task }) => [kind, task.id, partners]), [
      ["missed", "g", [{ id: "f", repository: "infra", title: "Polish the brass", hours_before: 24 }]]
    ])
    assert.match(missed.map(Mistakes.words).join("\n"), /^missed: .+\n {2}task {5}web: Wash the windows\n/)
    const unlinked = named(eager, 9).map(({ kind, task }) => `${kind} ${task.id}`)
    assert.deepStrictEqual(unlinked.slice(0, 2), ["unlinked c", "unlinked d"])
    assert.lengthOf(named(eager, 2), 2)
  }))

it.effect("a folder that is none, or has nothing to ask, is refused with what to do; so is a row", () =>
  Effect.gen(function*() {
    const data = yield* small
    const said = (options: Partial<Detect.Options>) =>
      Detect.detect({
        data,
        rows: undefined,
        bounds: { notCode },
        oneIn: 1,
        titlesOnly: false,
        mistakes: 0,
        parameters: undefined,
        ...options
      }).pipe(
        Effect.flip,
        Effect.provideService(Json, false),
        Effect.provideService(JsonLines, false),
        Effect.map(({ message }) => message)
      )

    assert.match(yield* said({ data: "nowhere" }), /^nowhere holds neither tasks\.jsonl nor tasks\.jsonl\.gz/)
    assert.match(yield* said({ rows: ["best"] }), /^there is no row "best"; there are newest, seed, tfidf, /)
    assert.match(
      yield* said({ bounds: { notCode, untilMillis: Date.UTC(2026, 1, 1) } }),
      /leaves nothing to evaluate: no link ends inside the dates and after the first 30 days/
    )
    assert.match(
      yield* refused(64, "bench detect --data . --from May", { cwd: data }),
      /^--from "May" is no date; write 2017-05-01$/
    )
  }))

it.effect.each([
  ["links.jsonl", Small.lines([{ from: "b", to: "z" }]), /links\.jsonl:1 .+: there is no task z; mend/],
  ["links.jsonl", `${Small.lines(Small.links)}{`, /links\.jsonl:7 cannot be read: it is not JSON; mend/],
  ["tasks.jsonl", "", /tasks\.jsonl holds no task$/],
  ["tasks.jsonl", Small.lines([...Small.tasks, ...Small.tasks]), /:12 .+: the id a stands twice; mend/],
  ["tasks.jsonl", Small.lines([{ ...Small.tasks[0], id: undefined }]), /:1 .+: Missing key at \["id"\]/]
] as const)("a line that cannot be read ends the reading: %s %s", ([name, content, line]) =>
  Effect.gen(function*() {
    const path = yield* folder
    writeFileSync(join(path, "tasks.jsonl"), Small.lines(Small.tasks))
    writeFileSync(join(path, "links.jsonl"), Small.lines(Small.links))
    writeFileSync(join(path, name), content)

    assert.match((yield* Effect.flip(Folder.read(path))).message, line)
  }))
