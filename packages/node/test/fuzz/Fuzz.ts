/**
 * Throws malformed inputs at every door, from a seed, and tells what came through and what broke.
 */
import * as Chance from "./Chance.ts"
import type { Target } from "./Target.ts"
import type * as Targets from "./Targets.ts"

export interface Options {
  readonly inputs: number
  readonly seed: number
  /** The first input: with `inputs: 1` a single one is run again. */
  readonly from?: number
  /** Ends early after this long. */
  readonly millisMax?: number
}

interface Finding {
  readonly target: string
  readonly input: number
  readonly what: string
  readonly shown: string
}

interface Tally {
  inputs: number
  accepted: number
  readonly millis: Array<number>
}

export interface Report {
  readonly inputs: number
  readonly findings: ReadonlyArray<Finding>
  readonly tallies: ReadonlyMap<string, Tally>
}

/** After so many findings there is enough to do. */
const findingsMax = 20

/** The state is compared so often; what is found then lies among the inputs since. */
const compareEvery = 50_000

/** Runs the inputs. Whatever a door does but open or stay shut is a finding. */
export const run = async (targets: Targets.Targets, options: Options): Promise<Report> => {
  const { from = 0, inputs, millisMax = Infinity, seed } = options
  const wheel = targets.all.flatMap((target) => Array.from({ length: target.share }, () => target))
  const none = (): Tally => ({ inputs: 0, accepted: 0, millis: [] })
  const tallies = new Map(targets.all.map(({ name }) => [name, none()]))
  const findings: Array<Finding> = []
  const before = targets.stateHash()
  const prototype = Object.getOwnPropertyNames(Object.prototype).length
  const began = performance.now()
  let done = 0
  const compare = (input: number): void => {
    if (targets.stateHash() === before) return
    const what = "the state that inputs were put to has changed"
    findings.push({ target: "state", input, what, shown: "" })
  }
  for (; done < inputs && findings.length < findingsMax; done++) {
    const input = from + done
    const chance = Chance.of(seed, input)
    const target = chance.pick(wheel)
    const made = target.make(chance)
    try {
      const [accepted, millis] = await opened(target, made, seed, input)
      count(tallies.get(target.name)!, accepted, millis)
      if (Object.getOwnPropertyNames(Object.prototype).length !== prototype) {
        throw new Error("the prototype of all objects was changed")
      }
    } catch (cause) {
      const what = cause instanceof Error ? cause.stack ?? cause.message : String(cause)
      findings.push({ target: target.name, input, what, shown: shown(made) })
    }
    if (done % compareEvery === compareEvery - 1) compare(input)
    if (performance.now() - began > millisMax) break
  }
  compare(from + done)
  return { inputs: done, findings, tallies }
}

/** What took longer is tried again, because a shared machine may have stopped for somebody else. */
const slowMillis = 1
const triesMax = 4

const opened = async (
  target: Target,
  made: string | Uint8Array,
  seed: number,
  input: number
): Promise<readonly [accepted: boolean, millis: number]> => {
  let [accepted, millis] = [false, Infinity]
  for (let tries = 0; millis > slowMillis && tries < triesMax; tries++) {
    const chance = Chance.of(seed, ~input)
    const start = performance.now()
    const opening = target.open(made, chance)
    accepted = typeof opening === "boolean" ? opening : await opening
    millis = Math.min(millis, performance.now() - start)
  }
  return [accepted, millis]
}

const count = (tally: Tally, accepted: boolean, millis: number): void => {
  tally.inputs += 1
  if (accepted) tally.accepted += 1
  tally.millis.push(millis)
}

/** The time below which a share of the inputs stayed. */
export const quantile = (millis: ReadonlyArray<number>, share: number): number =>
  millis.toSorted((a, b) => a - b)[Math.min(millis.length - 1, Math.floor(millis.length * share))] ?? 0

const shown = (input: string | Uint8Array): string =>
  (typeof input === "string" ? JSON.stringify(input) : Buffer.from(input).toString("hex")).slice(0, 400)
