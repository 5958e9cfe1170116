/**
 * `pnpm fuzz [--inputs N] [--seed S] [--from I]`: malformed inputs at every door.
 *
 * Exits 1 with the line that runs a failing input again.
 */
import { parseArgs } from "node:util"
import * as Fuzz from "./Fuzz.ts"
import * as Sockets from "./Sockets.ts"
import * as Targets from "./Targets.ts"

const print = (line: string): void => void process.stdout.write(`${line}\n`)

const whole = (flag: string, value: string): number => {
  if (/^\d{1,15}$/.test(value)) return Number(value)
  process.stderr.write(`fuzz: --${flag} is a whole number\n`)
  process.exit(64)
}

const { values } = parseArgs({
  options: {
    inputs: { type: "string", default: "1000000" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    from: { type: "string", default: "0" }
  }
})
const [inputs, seed] = [whole("inputs", values.inputs), whole("seed", values.seed)]
const from = whole("from", values.from)
print(`seed ${seed}`)

const report = await Fuzz.run(await Targets.make(), { inputs, seed, from })
const row = (cells: ReadonlyArray<string | number>) =>
  cells.map((cell) => String(cell).padEnd(18)).join("").trimEnd()
print(row(["door", "inputs", "accepted", "p50 ms", "p99.9 ms", "max ms"]))
for (const [name, { accepted, inputs: tried, millis }] of report.tallies) {
  const times = [0.5, 0.999, 1].map((share) => Fuzz.quantile(millis, share).toFixed(3))
  print(row([name, tried, accepted, ...times]))
}
for (const { input, shown, target, what } of report.findings) {
  print(`\n${target}: ${what}\n  ${shown}\n  again: pnpm fuzz --seed ${seed} --from ${input} --inputs 1`)
}
const sockets = inputs > Sockets.share
  ? await Sockets.run(seed, Math.ceil(inputs / Sockets.share))
  : Sockets.none
for (const line of sockets.findings) print(line)
const findings = report.findings.length + sockets.findings.length
print(`${report.inputs} inputs and ${sockets.inputs} over sockets, ${findings} findings`)
process.exit(findings === 0 ? 0 : 1)
