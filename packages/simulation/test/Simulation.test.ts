/**
 * The invariants over seeds: fixed ones, those that once failed, and what a sweep must have struck.
 */
import { describe, expect, it } from "vitest"
import * as Faults from "../src/Faults.ts"
import * as Shapes from "../src/Shape.ts"
import * as Simulation from "../src/Simulation.ts"
import * as Sweep from "../src/Sweep.ts"
import { brief } from "./mutants/Hunt.ts"
import { regressions } from "./regressions.ts"

/** The seeds of every test run, most of them small; `pnpm sim` takes fresh ones. */
const [fixedSeeds, largeSeeds] = [1000, 50]
const small = { nodes: 3, chaosMillis: 5 * 60_000 }
const askedOf = (seed: number): Shapes.Asked => seed < largeSeeds ? {} : small

describe("a simulation", () => {
  it("I1 to I16 hold over fixed seeds, and each kind of fault strikes", async () => {
    const faults = Faults.none()
    const failed: Array<string> = []
    await Sweep.run(0, fixedSeeds, askedOf, (told) => {
      Faults.add(faults, told.faults)
      for (const { invariant, message } of told.violations) {
        failed.push(`seed ${told.seed}, ${JSON.stringify(askedOf(told.seed))}: ${invariant}: ${message}`)
      }
    }).done
    expect(failed).toEqual([])
    expect(Faults.kinds.filter((kind) => faults[kind] === 0)).toEqual([])
  }, 600_000)

  it.each(regressions)("seed $seed, which once broke $invariant, keeps it: $fault", (regression) => {
    const { asked, seed } = regression
    expect(Simulation.run({ ...Shapes.draw(seed, asked), seed }).violations).toEqual([])
  })

  it("a sweep tells of each seed once, and where to go on", async () => {
    const told: Array<number> = []
    const tiny = { nodes: 3, chaosMillis: 60_000 }
    const sweep = Sweep.run(40, 5, () => tiny, ({ seed }) => void told.push(seed))
    await sweep.done
    expect(new Set(told)).toEqual(new Set([40, 41, 42, 43, 44]))
    expect(sweep.from()).toBe(45)
  })

  it("H1 without faults one plan is asked for each round, and nothing is disputed", () => {
    const { faults, statistics, violations } = Simulation.run({ ...brief, seed: 3, nodes: 8, only: [] })
    expect(violations).toEqual([])
    const harmless = { reordering: faults.reordering, forgetting: faults.forgetting }
    expect(faults).toEqual({ ...Faults.none(), ...harmless })
    expect(statistics.doubleResolutions).toBe(0)
    expect(statistics.sessions).toBeGreaterThan(0)
  })

  it("H15 a partition of half an hour resolves nothing twice, and all are equal soon after", () => {
    const { statistics, violations } = Simulation.run({
      seed: 7,
      nodes: 8,
      only: ["symmetric partition", "asymmetric partition", "bridge partition", "loss"],
      chaosMillis: 1_800_000
    })
    expect(violations).toEqual([])
    expect(statistics.doubleResolutions).toBe(0)
    expect(statistics.convergedMillis).toBeDefined()
  })

  it("tells what happened, in words, when somebody reads along", () => {
    const lines: Array<string> = []
    Simulation.run({ seed: 1, ...brief, read: (line) => void lines.push(line) })
    expect(lines.some((line) => /claims org\/repo-\d#\d+/.test(line))).toBe(true)
    expect(lines.some((line) => line.includes("everything heals"))).toBe(true)
  })
})
