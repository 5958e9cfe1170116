/**
 * The frame: finds benchmarks, names what is unknown, and prints ratios the way they are read.
 */
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { type Benchmark, ratioOf, type Row } from "@chorus/bench/Benchmark"
import * as Meter from "@chorus/bench/Meter"
import * as Table from "@chorus/bench/Table"

const row: Row = {
  of: "10 facts",
  ours: { wallMillis: 10, cpuMillis: 20 },
  baseline: { wallMillis: 5, cpuMillis: 40 },
  beside: { alerts: "3" }
}

const benchmark: Benchmark = {
  measures: "A test.",
  baseline: "a baseline",
  ratio: "baseline ÷ ours",
  goal: {
    says: ">= 0.5 ×",
    reached: (rows) => rows.every((each) => ratioOf("baseline ÷ ours", each).wall >= 0.5)
  },
  run: () => [row]
}

const bench = (...args: ReadonlyArray<string>) =>
  spawnSync(process.execPath, [join(import.meta.dirname, "../src/bin.ts"), ...args], { encoding: "utf8" })

describe("pnpm bench", () => {
  it("lists what it finds, with baseline and goal", () => {
    const { status, stdout } = bench("--list")

    assert.strictEqual(status, 0)
    assert.match(stdout, /^detection: .* Against seed rules; goal /m)
  })

  it.each(["nonsense", "--nonsense"])("says in one line that it knows no %s, and exits 64", (argument) => {
    const { status, stderr, stdout } = bench(argument)

    assert.strictEqual(status, 64)
    assert.strictEqual(stdout, "")
    assert.match(stderr, /^bench: .*nonsense.*\n$/)
  })
})

describe("Table", () => {
  const measured = { name: "test", benchmark, rows: [row], warmUps: 2, load: [0.5, 1, 2] }

  it("prints both times, the ratio, the goal and the load", () => {
    assert.deepStrictEqual(Table.lines(measured), [
      "test: A test.",
      "          ours            a baseline     baseline ÷ ours  alerts",
      "10 facts  10 ms (CPU 20)  5 ms (CPU 40)  0.5 × (CPU 2 ×)  3",
      "goal >= 0.5 ×: reached",
      "warm-up 2 runs, load 0.5 1.0 2.0"
    ])
  })

  it("says the same as data", () => {
    assert.deepInclude(Table.json(measured), {
      name: "test",
      reached: true,
      rows: [{ ...row, ratio: { wall: 0.5, cpu: 2 } }]
    })
  })

  it("prints an amount with its unit", () => {
    const bytes = { ...row, ours: { amount: 512, unit: "bytes" }, baseline: { amount: 1024, unit: "bytes" } }

    assert.include(Table.lines({ ...measured, rows: [bytes] })[2], "512 bytes  1024 bytes  2 ×")
  })
})

describe("Meter", () => {
  it("runs both sides in turns, the warm-up uncounted", async () => {
    const order: Array<string> = []
    const meter = Meter.make()
    await meter.paired({
      ours: () => order.push("ours"),
      baseline: () => Promise.resolve(order.push("baseline"))
    }, { rounds: 2 })

    assert.deepStrictEqual(order, ["baseline", "ours", "baseline", "ours", "baseline", "ours"])
    assert.strictEqual(meter.warmUps(), 2)
  })

  it("gives the result of what it measures", async () => {
    const [result, { cpuMillis, wallMillis }] = await Meter.make().once(() => 42)

    assert.strictEqual(result, 42)
    assert.isAtLeast(wallMillis, 0)
    assert.isAtLeast(cpuMillis, 0)
  })
})
