/**
 * A small labelled history, written for this: twelve pairs that belong together arrive among four
 * hundred tasks of twenty repositories, look-alikes and a campaign among them, or among far fewer.
 * What the detector reaches on it is held here, so a change that spoils it is seen.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Detector from "@chorus/coordination-core/detection/Detector"
import * as Index from "@chorus/coordination-core/detection/Index"
import type { TaskContext } from "@chorus/coordination-core/task/TaskContext"
import { atMillis, entry, task } from "./entries.ts"

type Side = readonly [repository: string, title: string, description?: string]

/** Each pair: what came first, what came after it, and how many hours later. */
const linked: ReadonlyArray<readonly [Side, Side, hours: number]> = [
  [
    [
      "orchard-api",
      "Add ripeness to the harvest report",
      "The harvest report gains a ripeness score per tree."
    ],
    [
      "orchard-client",
      "Show ripeness in the harvest report",
      "Needs the ripeness score of the orchard-api report."
    ],
    2
  ],
  [
    [
      "tidewater",
      "Introduce TideWindow lookups",
      "TideWindow replaces the slack tables; see get_tide_window."
    ],
    [
      "python-tidewaterclient",
      "Support get_tide_window",
      "Wraps the TideWindow lookups of tidewater."
    ],
    5
  ],
  [
    [
      "kiln",
      "Make the glaze cooldown configurable",
      "New option glaze_cooldown_minutes, default 45."
    ],
    [
      "deploy-kiln",
      "Set glaze_cooldown_minutes for stoneware",
      "Stoneware cracks with the default."
    ],
    1
  ],
  [
    [
      "lantern",
      "Move beam profiles into their own table",
      "beam_profile rows move out of the lamp table."
    ],
    [
      "lantern-ui",
      "Read beam profiles from the new table",
      "The lamp page lists each beam_profile."
    ],
    8
  ],
  [
    ["kiln", "Drop the legacy pyrometer driver", "The pyrometer_v1 driver is unused since autumn."],
    ["workshop-tests", "Stop testing pyrometer_v1", "kiln removes the pyrometer_v1 driver."],
    0.5
  ],
  [
    ["weaver", "Sign shuttle manifests", "Each shuttle manifest carries a loom signature."],
    [
      "weaver-ui",
      "Verify signatures of shuttle manifests",
      "Shows whether the loom signature of weaver holds."
    ],
    3
  ],
  [
    [
      "deploy-weaver",
      "Run the loom scheduler in its own unit",
      "loom-scheduler gets a unit file and a user."
    ],
    [
      "weaver",
      "Let the loom scheduler start without the loom",
      "Needed by the loom-scheduler unit."
    ],
    0.3
  ],
  [
    [
      "harbour",
      "Publish berth occupancy events",
      "BerthOccupied and BerthVacated go to the quay bus."
    ],
    [
      "tidewater",
      "Follow BerthVacated to widen the channel",
      "Listens on the quay bus of harbour."
    ],
    20
  ],
  [
    ["python-harbourclient", "Add berth reservation commands", "berth reserve and berth release."],
    ["workshop-tests", "Cover berth reservation", "Uses berth reserve of python-harbourclient."],
    4
  ],
  [
    [
      "orchard-api",
      "Rename GRAFT_STORE_URL to GRAFT_DEPOT_URL",
      "The store is called depot everywhere else."
    ],
    ["deploy-orchard", "Use GRAFT_DEPOT_URL", "orchard-api renamed GRAFT_STORE_URL."],
    0.2
  ],
  [
    ["meadow", "Export pollinator counts", "Writes pollinator_counts.csv every night."],
    ["meadow-ui", "Chart pollinator counts", "Reads pollinator_counts.csv as meadow exports it."],
    30
  ],
  [
    ["lantern", "Dim lamps at dusk by default", "dusk_dimming is on unless the keeper says no."],
    ["workshop-tests", "Expect dusk_dimming in lantern", "Lamps now dim at dusk."],
    1.5
  ]
]

const repositories = [
  ...new Set(linked.flatMap(([[one], [other]]) => [one, other])), "granary", "quarry", "docs"
]
const [verbs, things, places] = [
  "Fix Add Remove Refactor Document Test Update Simplify",
  "cache timeout index layout logging fixture retry banner tooltip parser pagination export hook " +
    "header budget alias snapshot digest cursor bucket",
  "staging nightly release sidebar archive importer gateway scheduler backup search settings profile"
].map((words) => words.split(" "))

/** The rest of the stream: work like everybody's, each with a name of its own, every half hour. */
const others: ReadonlyArray<readonly [TaskContext, number]> = Array.from({ length: 400 }, (_, nth) => {
  const of = (words: ReadonlyArray<string> = [], step: number) => words[(nth * step) % words.length]
  const repository = repositories[(nth * 7) % repositories.length] ?? ""
  const title = nth % 20 === 0
    ? "Pin the interpreter for the new runners"
    : `${of(verbs, 3)} ${of(things, 7)} of ${of(places, 5)}`
  const own = (Math.imul(nth, 2654435761) >>> 8).toString(36)
  const description = `The ${of(things, 11)} of the ${of(places, 7)} was x${own}.`
  return [task(repository, title, { task_id: nth, description }), nth / 2]
})

const day = 3_600_000 * 24
const stream = (every: number) => [
  ...others.filter((_, nth) => nth % every === 0).map(([context, hours]) => ({ context, hours, of: -1 })),
  ...linked.flatMap(([early, late, gap], of) => {
    const hours = 150 + of * 3.7
    const side = ([repository, title, description = ""]: Side, nth: number, at: number) =>
      ({ context: task(repository, title, { task_id: 1000 + 2 * of + nth, description }), hours: at, of })
    return [side(early, 0, hours), side(late, 1, hours + gap)]
  })
].sort((a, b) => a.hours - b.hours)

/** What the detector says of each task as it arrives, once there are some. */
const heard = (tasks: ReturnType<typeof stream>) => {
  const ranks: Array<number> = []
  let [alerts, hits] = [0, 0]
  let index = Index.empty
  const first = new Map<number, string>()
  for (const { context, hours, of } of tasks) {
    const one = entry(context, { atMillis: atMillis - 30 * day + hours * 3_600_000 })
    index = Index.insert(index, one)
    if (hours < 150) continue
    const options = { ...Detector.defaults, nowMillis: one.atMillis, limit: 3 }
    const { parameters } = options
    const all = { ...options, parameters: { ...parameters, threshold: 0 }, limit: 10 }
    const ranked = Detector.detect(index, one, all)
    const partner = first.get(of)
    const isPartner = ({ task2 }: Detector.Detection): boolean => task2.claim === partner
    if (partner !== undefined) ranks.push(ranked.findIndex(isPartner) + 1 || Infinity)
    const stated = ranked.slice(0, 3).filter(({ confidence }) => confidence >= parameters.threshold)
    alerts += stated.length
    hits += stated.filter(isPartner).length
    if (of >= 0) first.set(of, one.claim)
  }
  return { ranks, hits, others: alerts - hits }
}

for (const [name, every] of [["four hundred", 1], ["forty", 10], ["sixteen", 25]] as const) {
  describe(`a labelled history of ${name} tasks and twelve pairs`, () => {
    const { hits, others, ranks } = heard(stream(every))

    it("the partner is the first that is named, nearly always", () => {
      assert.lengthOf(ranks, linked.length)
      assert.isAtLeast(ranks.filter((rank) => rank === 1).length, linked.length - 1, ranks.join(" "))
    })

    it("H26: most pairs raise an alert, and little else does", () => {
      assert.isAtLeast(hits, linked.length - 3, `${hits} and ${others} others`)
      assert.isAtMost(others, 5, `${hits} and ${others} others`)
    })
  })
}

describe("tasks that only speak of the same kind of thing", () => {
  const ways = [
    "Define the NAME API", "Implement the NAME endpoint", "Migrate the NAME schema", "Read the NAME table",
    "Refresh the NAME token", "Check authentication in NAME", "Set the NAME config", "Deploy NAME settings"
  ]
  const names = "ripeness glaze beam berth loom quay dusk pollen shuttle lamp pyrometer graft".split(" ")
  const few = Array.from({ length: 36 }, (_, nth) => {
    const title = (ways[nth % ways.length] ?? "").replace("NAME", names[(nth * 5) % names.length] ?? "")
    return entry(task(repositories[(nth * 7) % repositories.length] ?? "", title, { task_id: nth }))
  })

  it("H26: seldom raise an alert by that, most alerts name the same thing", () => {
    const index = few.reduce(Index.insert, Index.empty)
    const named = (title: string) => names.filter((name) => title.includes(name)).join()
    const alerts = few.flatMap((one) =>
      Detector.detect(index, one, { ...Detector.defaults, nowMillis: atMillis, limit: 3 }))

    const wrong = alerts.filter(({ task1, task2 }) => named(task1.task.title) !== named(task2.task.title))
    assert.isAtMost(wrong.length, few.length / 5)
    assert.isAtMost(wrong.length, alerts.length / 2)
  })
})
