/**
 * The hunt for planted bugs: how many seeds it takes until each is caught.
 *
 * A mutant runs in a worker of its own, in which the loader gives it out wherever the product asks
 * for the module that it stands for; the mutant alone gets the original.
 */
import * as Module from "node:module"
import { availableParallelism } from "node:os"
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads"
import type { Violation } from "../../src/Simulation.ts"
import { type Mutant, mutants } from "./mutants.ts"

/** A quarter of an hour of chaos a seed: a seed that costs a quarter and has as much in store. */
export const brief = { chaosMillis: 15 * 60_000 }

/** Each must be caught within so many seeds, if no other number is asked for. */
const seedsMax = 1000

/** What came of a hunt; without a violation the mutant survived. */
export interface Hunted {
  readonly mutant: Mutant
  readonly seeds: number
  readonly seed: number | undefined
  readonly violation: Violation | undefined
}

/** Hunts one mutant through seeds from `first` on. */
export const hunt = (mutant: Mutant, first: number, count: number): Promise<Hunted> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { mutant, first, count } })
    worker.once("message", (hunted: Hunted) => {
      void worker.terminate()
      resolve({ ...hunted, mutant })
    })
    worker.once("error", reject)
  })

/** Hunts all through at most `count` seeds each, prints the table, and gives the exit code. */
export const report = async (asJson: boolean, count = seedsMax): Promise<number> => {
  const all: Array<Hunted> = []
  const left = [...mutants]
  const hunter = async (): Promise<void> => {
    for (let mutant = left.shift(); mutant !== undefined; mutant = left.shift()) {
      const hunted = await hunt(mutant, 0, count)
      all.push(hunted)
      process.stderr.write(`${row(hunted)}\n`)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, hunter))
  const survivors = all.filter(({ violation }) => violation === undefined)
  const seeds = all.map((each) => each.seeds).sort((a, b) => a - b)
  if (asJson) process.stdout.write(`${JSON.stringify(all, null, 2)}\n`)
  else {
    const sorted = mutants.flatMap((mutant) => all.filter((each) => each.mutant === mutant))
    process.stdout.write(`${sorted.map(row).join("\n")}\n${all.length - survivors.length} of ${all.length} ` +
      `planted bugs are caught, half of them within ${seeds[seeds.length >> 1]} seeds\n`)
  }
  return survivors.length === 0 ? 0 : 1
}

const row = ({ mutant, seed, seeds, violation }: Hunted): string =>
  `${mutant.name.padEnd(20)} ${mutant.hazards.padEnd(8)} ` +
  (violation === undefined
    ? `SURVIVES ${seeds} seeds`
    : `${String(seeds).padStart(4)} seeds (seed ${seed})  ${violation.invariant}: ` +
      violation.message.slice(0, 80))

const beHunted = async (
  { count, first, mutant }: { readonly mutant: Mutant; readonly first: number; readonly count: number }
): Promise<Hunted> => {
  const own = new URL(`./${mutant.name}.ts`, import.meta.url).href
  const original = import.meta.resolve(mutant.of)
  Module.registerHooks({
    resolve: (specifier, context, next) => {
      const found = next(specifier, context)
      return found.url === original && context.parentURL !== own ? { ...found, url: own } : found
    }
  })
  const { run } = await import("../../src/Simulation.ts")
  for (let seed = first; seed < first + count; seed++) {
    const [violation] = caught(() => run({ ...brief, seed }).violations)
    if (violation !== undefined) return { mutant, seeds: seed - first + 1, seed, violation }
  }
  return { mutant, seeds: count, seed: undefined, violation: undefined }
}

/** A simulation that breaks off is caught, too. */
const caught = (violations: () => ReadonlyArray<Violation>): ReadonlyArray<Violation> => {
  try {
    return violations()
  } catch (error) {
    return [{ invariant: "I12", message: String(error), atMillis: 0 }]
  }
}

if (!isMainThread && workerData?.mutant !== undefined) {
  parentPort?.postMessage(await beHunted(workerData))
}
