/**
 * `pnpm bench [NAME …] [--json] [--list]`: runs the benchmarks that it finds, all or the named.
 *
 * Several are run in a process each, so that none meets the heap and the compiled code of another.
 */
import { spawnSync } from "node:child_process"
import { globSync } from "node:fs"
import { loadavg } from "node:os"
import { basename, join } from "node:path"
import { pathToFileURL } from "node:url"
import { parseArgs } from "node:util"
import type { Benchmark } from "./Benchmark.ts"
import * as Meter from "./Meter.ts"
import * as Table from "./Table.ts"

const packages = join(import.meta.dirname, "../..")
const suffix = ".bench.ts"
const usage = 64

/** The files of all benchmarks, by name. */
const files = new Map(
  globSync(`*/bench/*${suffix}`, { cwd: packages })
    .map((file) => [basename(file, suffix), join(packages, file)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
)

const fail = (line: string): never => {
  process.stderr.write(`bench: ${line}\n`)
  process.exit(usage)
}

const print = (line: string): void => void process.stdout.write(`${line}\n`)

const load = async (file: string): Promise<Benchmark> => {
  const module: { readonly default: Benchmark } = await import(pathToFileURL(file).href)
  return module.default
}

const run = async (name: string, file: string, asJson: boolean): Promise<void> => {
  const [benchmark, meter, before] = [await load(file), Meter.make(), loadavg()]
  const rows = await benchmark.run(meter)
  const measured = { name, benchmark, rows, warmUps: meter.warmUps(), load: before }
  if (asJson) print(JSON.stringify(Table.json(measured)))
  else for (const line of [...Table.lines(measured), ""]) print(line)
}

const list = async (): Promise<void> => {
  for (const [name, file] of files) {
    const { baseline, goal, measures } = await load(file)
    print(`${name}: ${measures} Against ${baseline}; goal ${goal.says}.`)
  }
}

const argumentsOf = () => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        json: { type: "boolean", default: false },
        list: { type: "boolean", default: false },
        only: { type: "boolean", default: false }
      }
    })
  } catch (cause) {
    return fail(cause instanceof Error ? cause.message : String(cause))
  }
}

const { positionals, values } = argumentsOf()
/** A name stands for its file, and for those that go into detail: `detection`, `detection-search`. */
const meant = (name: string): ReadonlyArray<string> =>
  [...files.keys()].filter((file) => file === name || (!values.only && file.startsWith(`${name}-`)))

const names = positionals.length === 0 ? [...files.keys()] : [...new Set(positionals.flatMap(meant))]
const unknown = positionals.filter((name) => meant(name).length === 0)
if (unknown.length > 0) fail(`no benchmark ${unknown.join(", ")}; there are ${[...files.keys()].join(", ")}`)

const [first, ...others] = names
if (values.list) await list()
else if (first !== undefined && others.length === 0) await run(first, files.get(first) ?? "", values.json)
else {
  for (const name of names) {
    const flags = values.json ? ["--json"] : []
    const { status } = spawnSync(process.execPath, [import.meta.filename, "--only", name, ...flags], {
      stdio: "inherit"
    })
    if (status !== 0) process.exitCode = status ?? 1
  }
}
