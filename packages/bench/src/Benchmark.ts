/**
 * A benchmark: ours against a baseline that lies beside it, so that anyone can measure the ratio.
 *
 *     packages/PACKAGE/bench/NAME.bench.ts:  export default { … } satisfies Benchmark
 *
 * `pnpm bench` finds such files by their name. What is measured is pinned: sizes and seeds are
 * constants of the file.
 */
import type { Meter } from "./Meter.ts"

/** Time spent; the processor's stands beside the wall's, because machines are shared. */
export interface Spent {
  readonly wallMillis: number
  readonly cpuMillis: number
}

/** An amount that is no time: bytes, calls. */
export interface Amount {
  readonly amount: number
  readonly unit: string
}

export type Figure = Spent | Amount

/** One size or one setting, measured on both sides. */
export interface Row {
  /** What was measured: `10,000 facts`. */
  readonly of: string
  readonly ours: Figure
  readonly baseline: Figure
  /** Further columns, by their titles. */
  readonly beside?: Readonly<Record<string, string>>
}

export interface Benchmark {
  /** What is measured, in a sentence. */
  readonly measures: string
  /** What it is compared with, in a few words: the title of its column. */
  readonly baseline: string
  /** Which way the ratio is read: how much better is more, how much dearer is less. */
  readonly ratio: "baseline ÷ ours" | "ours ÷ baseline"
  readonly goal: {
    readonly says: string
    /** Whether the rows reach it; absent where the ratio is only reported. */
    readonly reached?: (rows: ReadonlyArray<Row>) => boolean
  }
  readonly run: (meter: Meter) => ReadonlyArray<Row> | Promise<ReadonlyArray<Row>>
  /** What a reader of the table has to know. */
  readonly note?: string
}

/** The ratio of a row: of wall time and of CPU time, or twice that of an amount. */
export const ratioOf = (
  ratio: Benchmark["ratio"],
  { baseline, ours }: Pick<Row, "baseline" | "ours">
): { readonly wall: number; readonly cpu: number } => {
  const [above, below] = ratio === "ours ÷ baseline" ? [ours, baseline] : [baseline, ours]
  return { wall: wallOf(above) / wallOf(below), cpu: cpuOf(above) / cpuOf(below) }
}

const wallOf = (figure: Figure): number => "unit" in figure ? figure.amount : figure.wallMillis
const cpuOf = (figure: Figure): number => "unit" in figure ? figure.amount : figure.cpuMillis
