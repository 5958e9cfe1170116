/**
 * Measured rows for people: one table a benchmark, its goal, and how the machine was.
 */
import { type Benchmark, type Figure, ratioOf, type Row } from "./Benchmark.ts"

/** A benchmark that was run. */
export interface Measured {
  readonly name: string
  readonly benchmark: Benchmark
  readonly rows: ReadonlyArray<Row>
  readonly warmUps: number
  /** The machine's load over 1, 5 and 15 minutes, when the benchmark began. */
  readonly load: ReadonlyArray<number>
}

/** The lines of a benchmark. */
export const lines = ({ benchmark, load, name, rows, warmUps }: Measured): ReadonlyArray<string> => {
  const beside = [...new Set(rows.flatMap((row) => Object.keys(row.beside ?? {})))]
  const { reached, says } = benchmark.goal
  const verdict = reached === undefined ? "" : reached(rows) ? ": reached" : ": NOT reached"
  return [
    `${name}: ${benchmark.measures}`,
    ...columns([
      ["", "ours", benchmark.baseline, benchmark.ratio, ...beside],
      ...rows.map((row) => [
        row.of,
        figure(row.ours),
        figure(row.baseline),
        ratio(benchmark, row),
        ...beside.map((title) => row.beside?.[title] ?? "")
      ])
    ]),
    `goal ${says}${verdict}`,
    ...(benchmark.note === undefined ? [] : [benchmark.note]),
    `warm-up ${warmUps} runs, load ${load.map((each) => each.toFixed(1)).join(" ")}`
  ]
}

/** The same as data. */
export const json = ({ benchmark, load, name, rows, warmUps }: Measured): unknown => ({
  name,
  measures: benchmark.measures,
  baseline: benchmark.baseline,
  ratio: benchmark.ratio,
  goal: benchmark.goal.says,
  reached: benchmark.goal.reached?.(rows) ?? null,
  rows: rows.map((row) => ({ ...row, ratio: ratioOf(benchmark.ratio, row) })),
  warmUps,
  load
})

const figure = (value: Figure): string =>
  "unit" in value
    ? `${short(value.amount)} ${value.unit}`
    : `${short(value.wallMillis)} ms (CPU ${short(value.cpuMillis)})`

const ratio = (benchmark: Benchmark, row: Row): string => {
  const { cpu, wall } = ratioOf(benchmark.ratio, row)
  return "unit" in row.ours ? `${short(wall)} ×` : `${short(wall)} × (CPU ${short(cpu)} ×)`
}

/** Three digits that matter, without a power of ten. */
const short = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)))

const columns = (table: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> => {
  const widths = (table[0] ?? []).map((_, at) => Math.max(...table.map((line) => line[at]?.length ?? 0)))
  return table.map((line) => line.map((text, at) => text.padEnd(widths[at] ?? 0)).join("  ").trimEnd())
}
