/**
 * `chorus check` in a process that loads nothing but Node's own modules: asked before every edit, it
 * has to cost little. What it does not understand is left to the whole command line.
 */
import type { CheckReport } from "../api/AlertRows.ts"
import * as Wire from "../api/Wire.ts"
import * as CheckFormat from "../cli/CheckFormat.ts"
import { noNode, on } from "../cli/CommandLine.ts"
import { json, printable } from "../cli/Text.ts"
import * as Patience from "./Patience.ts"
import * as Place from "./Place.ts"

const exitCodes = { clear: 0, attention: 2, unknown: 3 } as const

/** The exit code; undefined where the whole command line has to answer. */
export const run = async (args: ReadonlyArray<string>): Promise<number | undefined> => {
  const given = understood(args)
  const place = given && here(given.flags)
  if (given === undefined || place === undefined) return undefined
  const { paths, scopes } = given
  const { agent, namedRepository: repository } = place
  if (paths.length + scopes.length === 0 || (paths.length > 0 && repository === undefined)) return undefined
  const { socket } = place.files
  const asked = Wire.call(socket, "check", {
    paths,
    scopes,
    agent,
    ...(repository === undefined ? {} : { repository })
  }).catch((error: unknown) => {
    if (!(error instanceof Wire.NoAnswer)) throw error
    return error.kind === "gone" ? unknown(noNode(socket, on(given.flags.db)("up"))) : undefined
  })
  const report = await Patience.within(asked, unknown(Patience.tooLong))
  // What the node refused is an argument, which the command line calls by its name.
  if (report === undefined) return undefined
  process.stdout.write(`${given.json ? json(report) : printable(CheckFormat.check(report))}\n`)
  return exitCodes[report.verdict]
}

/** What keeps the folder or its settings from being read is said by the whole command line. */
const here = (flags: Place.Flags): Place.Place | undefined => {
  try {
    return Place.of(process.cwd(), flags)
  } catch {
    return undefined
  }
}

/** Where nobody can be asked nothing is known. */
const unknown = (because: string): CheckReport => ({ verdict: "unknown", because, encounters: [] })

interface Given {
  readonly flags: Place.Flags
  readonly paths: ReadonlyArray<string>
  readonly scopes: ReadonlyArray<string>
  readonly json: boolean
}

/** The arguments, where each is a flag that is known here, with its value. */
const understood = (args: ReadonlyArray<string>): Given | undefined => {
  const flags: Place.Flags = {}
  const [paths, scopes]: [Array<string>, Array<string>] = [[], []]
  let json = false
  for (let at = 0; at < args.length; at++) {
    const [, name, given] = /^--([a-z]+)(?:=(.+))?$/.exec(args[at] ?? "") ?? []
    if (name === "json" && given === undefined) {
      json = true
      continue
    }
    const value = given ?? args[++at]
    if (value === undefined || value.startsWith("--")) return undefined
    if (name === "db" || name === "agent" || name === "repo") flags[name] = value
    else if (name === "paths") paths.push(value)
    else if (name === "scope") scopes.push(value)
    else return undefined
  }
  return { flags, paths, scopes, json }
}
