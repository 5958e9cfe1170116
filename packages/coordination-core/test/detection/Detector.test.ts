/**
 * The detector finds what a person would call a dependency, names it, and keeps its bounds.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Detector from "@chorus/coordination-core/detection/Detector"
import * as Feedback from "@chorus/coordination-core/detection/Feedback"
import * as Index from "@chorus/coordination-core/detection/Index"
import { make, matched, mentions, unmatched } from "@chorus/coordination-core/detection/Rule"
import { Dependency } from "@chorus/coordination-core/fact/SessionFacts"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import { anEntry, entries } from "./arbitraries.ts"
import { atMillis, entry, indexOf, task } from "./entries.ts"
import { messagePair, type Pair, related, seedPairs, unrelated } from "./pairs.ts"

const options: Detector.Options = { ...Detector.defaults, nowMillis: atMillis, limit: 3 }
const entriesOf = ({ task1, task2 }: Pair) => [entry(task1), entry(task2)] as const
const titleOf = ({ task1, task2 }: Pair): string => `${task1.title} / ${task2.title}`

const alone = (pair: Pair, asked = options): ReadonlyArray<Detector.Detection> => {
  const [entry1, entry2] = entriesOf(pair)
  return Detector.detect(indexOf([entry1, entry2]), entry1, asked)
}

describe("pairs alone in a registry", () => {
  for (const pair of [...seedPairs, messagePair, ...related]) {
    it(`${pair.relationship}: ${titleOf(pair)}`, () => {
      const [detection, ...others] = alone(pair)

      assert.deepStrictEqual(others, [])
      assert.strictEqual(detection?.relationship, pair.relationship)
      assert.isAtLeast(detection?.confidence ?? 0, options.parameters.threshold)
      if (pair.first !== undefined) assert.strictEqual(detection?.direction, pair.first)
    })

    it(`the same the other way round: ${titleOf(pair)}`, () => {
      const [there] = alone(pair)
      const [back] = alone({ ...pair, task1: pair.task2, task2: pair.task1 })
      const flipped = { task1_first: "task2_first", task2_first: "task1_first" } as const

      assert.strictEqual(back?.relationship, there?.relationship)
      assert.strictEqual(back?.direction, there?.direction && flipped[there.direction])
    })
  }

  for (const pair of unrelated) {
    it(`nothing: ${titleOf(pair)}`, () => {
      assert.deepStrictEqual(alone(pair), [])
    })
  }
})

describe("a registry of many", () => {
  const pairs = [...seedPairs, ...related]
  const all = [...pairs, ...unrelated].flatMap(entriesOf)
  const index = indexOf(all)

  // What only a rule's words connect is found among a handful of tasks; among many it is noise.
  for (const pair of pairs.filter(({ task1 }) => task1.title !== "Implement JWT token refresh")) {
    it(`has the partner among the first five: ${titleOf(pair)}`, () => {
      const [entry1, entry2] = entriesOf(pair)

      const found = Detector.detect(index, entry1, { ...options, limit: 5 })

      assert.include(found.map(({ task2 }) => task2.claim), entry2.claim)
    })
  }

  it("H26: raises at most one other alert for two tasks, most of them about authentication", () => {
    const partners = new Map(pairs.flatMap((pair) => {
      const [entry1, entry2] = entriesOf(pair)
      return [[entry1.claim, entry2.claim], [entry2.claim, entry1.claim]]
    }))

    const others = all
      .flatMap((one) => Detector.detect(index, one, options))
      .filter(({ task1, task2 }) => partners.get(task1.claim) !== task2.claim)

    assert.isAtMost(others.length, all.length / 2)
  })
})

describe("tasks of repositories that worked together a moment ago", () => {
  // As in the demonstration: two of these are agreed upon already.
  const titles: ReadonlyArray<readonly [repository: string, title: string, description: string]> = [
    ["data-pipeline", "Compact parquet files at night", "Too many small files."],
    ["billing", "Migrate the orders table to integer cents", "Amounts were floats."],
    ["data-pipeline", "Read the orders table for the revenue report", "It sums amounts by month."],
    ["backend-api", "Fix a typo in the contributor guide", "A missing comma."],
    ["web-app", "Make the footer links reachable by keyboard", "Focus order and outline."],
    ["billing", "Round invoice totals half up", "The sum on the PDF is one cent off."],
    ["infra", "Renew the certificates of the staging cluster", "They expire on Monday."],
    ["mobile-app", "Shrink the icon images", "The bundle is too large."],
    ["backend-api", "Add the login endpoint", "Define the contract of POST /v1/login."],
    ["web-app", "Build the login page", "Use the login endpoint."],
    ["infra", "Add feature flag for the new checkout", "Off at first."],
    ["mobile-app", "Implement feature flag checks for the new checkout", "Hide the button."]
  ]
  const all = titles.map(([repository, title, description], nth) =>
    entry(task(repository, title, { task_id: nth, description })))
  const pairs = [["data-pipeline", "billing"], ["web-app", "backend-api"]] as const
  const feedback = pairs.reduce(
    (known, [from, to]) => Feedback.confirmed(known, { from, to }, atMillis),
    Feedback.empty
  )

  it("H26: raise no alert by that alone", () => {
    const alerts = Detector.detect(indexOf(all), all[0]!, { ...options, feedback })

    assert.deepStrictEqual(alerts.map(({ task2 }) => task2.task.title), [])
  })
})

describe("a detection", () => {
  const registry = fc.tuple(entries, anEntry)
  const all = { ...options, parameters: { ...options.parameters, threshold: 0 } }

  it("H26: is one a pair, from another repository, and no more than asked for", () => {
    fc.assert(fc.property(registry, fc.nat(4), ([known, one], limit) => {
      const detections = Detector.detect(indexOf(known), one, { ...all, limit })

      const found = detections.map(({ task2 }) => task2.claim)
      assert.isAtMost(detections.length, limit)
      assert.strictEqual(new Set(found).size, found.length)
      assert.isTrue(detections.every(({ task1, task2 }) =>
        task1 === one && task2.task.repository !== one.task.repository
      ))
    }))
  })

  it("is ranked by confidence, then by claim, and reaches the threshold", () => {
    fc.assert(fc.property(registry, ([known, one]) => {
      const detections = Detector.detect(indexOf(known), one, options)

      const ranks = detections.map(({ confidence, task2 }) => [-confidence, task2.claim] as const)
      assert.deepStrictEqual(ranks, ranks.toSorted(([a, claimA], [b, claimB]) =>
        a - b || (claimA < claimB ? -1 : 1)
      ))
      for (const { confidence } of detections) {
        assert.isAtLeast(confidence, options.parameters.threshold)
      }
    }))
  })

  it("H29: fits the fact that states it, with evidence whose weights add up to at most 1", () => {
    const decode = Schema.decodeUnknownSync(Dependency)
    fc.assert(fc.property(registry, ([known, one]) => {
      for (const detection of Detector.detect(indexOf(known), one, all)) {
        const { direction, ...rest } = detection
        const [task1, task2] = [detection.task1.task, detection.task2.task]

        decode({ ...rest, task1, task2, ...(direction === undefined ? {} : { direction }) })
        assert.isAtMost(detection.evidence.reduce((sum, { weight }) => sum + weight, 0), 1)
        assert.isNotEmpty(detection.reason)
      }
    }))
  })

  it("depends neither on the order of the entries nor on whether the entry is known", () => {
    const shuffled = entries.chain((known) => fc.tuple(
      fc.constant(known),
      fc.shuffledSubarray(known, { minLength: known.length })
    ))
    fc.assert(fc.property(shuffled, anEntry, ([known, other], one) => {
      const there = Detector.detect(indexOf(known), one, all)
      const here = Detector.detect(indexOf([one, ...other]), one, all)

      assert.deepStrictEqual(here, there)
    }))
  })

  it("names what was declared before what was written, and lists both", () => {
    const scopes = (operation: string) => ({ scopes: [`file:users.json=${operation}`] })
    const pair = {
      task1: task("api", "Define user authentication API", scopes("replace")),
      task2: task("web", "Implement authentication endpoint", scopes("use")),
      relationship: "Shared_Scope"
    }

    const [detection] = alone(pair)

    assert.strictEqual(detection?.relationship, "Shared_Scope")
    assert.strictEqual(detection?.direction, "task1_first")
    assert.strictEqual(
      detection?.reason,
      "api#1 declares to replace file:users.json and web#1 to use it."
    )
    const kinds = detection?.evidence.map(({ kind, what }) => `${kind} ${what.split(":")[0]}`)
    assert.includeMembers(kinds ?? [], ["scope file", "rule Shared_Scope", "rule API_Contract"])
  })

  it("is surer when a task names the repository of the other", () => {
    const about = (title: string) => ({
      task1: task("importer", title),
      task2: task("catalog-search", "Stem plural product names"),
      relationship: undefined
    })

    const [without] = alone(about("Send product names in plural"), all)
    const [with_] = alone(about("Send product names in plural to catalog-search"), all)

    assert.isTrue(with_?.evidence.some(({ kind }) => kind === "repository"))
    assert.isAbove(with_?.confidence ?? 0, without?.confidence ?? 1)
  })

  it("is less sure when the same change is made everywhere", () => {
    const campaign = Array.from({ length: 8 }, (_, at) =>
      entry(task(`service-${at}`, "Pin the tox python version for zuul")))
    const [first, second] = campaign

    const two = Detector.detect(indexOf([first!, second!]), first!, all)
    const eight = Detector.detect(indexOf(campaign), first!, all)

    assert.isAbove(two[0]?.confidence ?? 0, options.parameters.threshold)
    assert.isBelow(eight[0]?.confidence ?? 1, options.parameters.threshold)
  })
})

describe("a custom rule", () => {
  const microservice = make({
    name: "Microservice_Interface",
    description: "Microservice interface and consumer dependencies",
    keywords: ["microservice", "interface", "consumer", "producer"],
    validator: (task1, task2) => {
      const hasProducer = mentions(task1, "producer") || mentions(task2, "producer")
      const hasConsumer = mentions(task1, "consumer") || mentions(task2, "consumer")
      return hasProducer && hasConsumer
        ? matched("Microservice producer and consumer must coordinate")
        : unmatched
    }
  })
  const pair = {
    task1: task("telemetry", "Batch the sensor producer"),
    task2: task("storage", "Consumers drop late readings"),
    relationship: "Microservice_Interface"
  }

  it("finds tasks that share none of their words, by its keywords", () => {
    const [detection] = alone(pair, { ...options, rules: [microservice] })

    assert.strictEqual(detection?.relationship, "Microservice_Interface")
    assert.strictEqual(detection?.reason, "Microservice producer and consumer must coordinate")
  })

  it("is not missed among a thousand other tasks", () => {
    const others = Array.from({ length: 1000 }, (_, at) =>
      entry(task(`repo-${at % 20}`, `Paint fence ${at} in colour ${at * 7}`, { task_id: at })))
    const [entry1, entry2] = entriesOf(pair)
    const index = indexOf([...others, entry1, entry2])

    const [detection] = Detector.detect(index, entry1, { ...options, rules: [microservice] })

    assert.strictEqual(detection?.task2.claim, entry2.claim)
  })

  it("says nothing without its words, and no other rule does", () => {
    assert.deepStrictEqual(alone(pair, { ...options, rules: [] }), [])
  })
})

describe("an index that moves on", () => {
  it("H25 H27: forgets what is removed, and an update replaces what was said", () => {
    const [first] = seedPairs
    const [entry1, entry2] = entriesOf(first!)
    const index = indexOf([entry1, entry2])
    const other = { ...entry2, task: task("auth-service", "Paint the fence") }

    assert.deepStrictEqual(Detector.detect(Index.remove(index, entry2.claim), entry1, options), [])
    assert.deepStrictEqual(Detector.detect(Index.insert(index, other), entry1, options), [])
    assert.lengthOf(Detector.detect(Index.insert(index, entry2), entry1, options), 1)
  })
})
