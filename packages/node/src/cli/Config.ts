/**
 * The settings of a call: flag > environment > `.chorus.yaml` > default. `Settings` is the table.
 *
 * `.chorus.yaml` is looked for from the working folder upwards, so a repository can name itself
 * and its agents. A value that cannot be understood is refused with the place where it stands.
 */
import * as Effect from "effect/Effect"
import * as Yaml from "effect/encoding/Yaml"
import { UserDirectories } from "effect/persistence/UserDirectories"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { dirname, join, resolve } from "node:path"
import * as Failure from "./Failure.ts"
import { plainly } from "./Files.ts"
import * as Print from "./Print.ts"
import {
  type Defaulted, defaults, isOwners, type Name, names, settings, type Values, variable
} from "./Settings.ts"
import * as SettingsFile from "./SettingsFile.ts"
import * as Speaker from "./Speaker.ts"

/** Where a value comes from. */
export type Source = "flag" | "environment" | "file" | "default"

export interface Explained {
  readonly name: Name
  /** None where nothing was set and there is no default. */
  readonly value?: string | number | boolean
  readonly source: Source
  /** The flag, the variable or the file that it stands in. */
  readonly where: string
  readonly says: string
}

export interface Config {
  readonly values: Partial<Values> & Pick<Values, Defaulted>
  readonly explained: ReadonlyArray<Explained>
}

/** The settings for this call: `flags` are those that were given. */
export const load = Effect.fnUntraced(function*(
  flags: { readonly [N in Name]?: unknown }
): Effect.fn.Return<Config, Failure.Failure, UserDirectories> {
  const folder = yield* Effect.mapError(
    Effect.flatMap(UserDirectories, (directories) => directories.data("chorus")),
    ({ message }) => Failure.make("failure", `no data folder: ${message}; name one with --db`)
  )
  const { agent, here } = yield* Effect.try({
    try: () => ({ here: process.cwd(), agent: Speaker.agentOf(Speaker.folderOf()) }),
    catch: () => Failure.make("failure", "the folder that this runs in is gone; go to another one")
  })
  const standard: Partial<Record<Name, unknown>> = { ...defaults(folder), agent }
  const file = yield* fileAbove(here)
  yield* warnOfStrangers
  const explained: Array<Explained> = []
  const values: Partial<Record<Name, unknown>> = {}
  for (const name of names) {
    const { says } = settings[name]
    const { raw, source, where } = firstOf(name, flags, file, standard)
    const value = raw === undefined ? undefined : yield* understood(name, raw, where)
    if (source === "file" && isOwners(name, raw) && Speaker.topOf(dirname(where)) !== undefined) {
      return yield* Failure.make(
        "usage",
        `${where}: ${name} is not taken from a file in a repository, which others may have written; ` +
          `set ${variable(name)}, or write it into a .chorus.yaml outside of one`
      )
    }
    values[name] = value
    explained.push({ name, ...(value === undefined ? {} : { value }), source, where, says })
  }
  return {
    explained,
    // Every value was decoded by the schema of its name, and every default is among them.
    values: values as Config["values"]
  }
})

/** A variable that is no setting is a typing mistake; it is said, since other programs may use it. */
const warnOfStrangers = Effect.suspend(() => {
  const known = new Set(names.map(variable))
  const strangers = Object.keys(process.env).filter((name) => name.startsWith("CHORUS_") && !known.has(name))
  return strangers.length === 0
    ? Effect.void
    : Print.say(`${strangers.join(", ")}: no setting has this name; \`chorus config --explain\` lists them`)
})

interface Found {
  readonly raw: unknown
  readonly source: Source
  readonly where: string
}

interface File {
  readonly path: string
  readonly content: Readonly<Record<string, unknown>>
}

const firstOf = (
  name: Name,
  flags: { readonly [N in Name]?: unknown },
  file: File | undefined,
  standard: Partial<Record<Name, unknown>>
): Found => {
  const inEnvironment = process.env[variable(name)]
  const inFile = file?.content[name]
  if (flags[name] !== undefined) return { raw: flags[name], source: "flag", where: `--${name}` }
  if (inEnvironment !== undefined && inEnvironment !== "") {
    return { raw: inEnvironment, source: "environment", where: variable(name) }
  }
  if (inFile !== undefined && file !== undefined) {
    const isPath = ["db", "rules", "detectionParameters"].includes(name) && typeof inFile === "string"
    const raw = isPath ? resolve(dirname(file.path), inFile) : inFile
    return { raw, source: "file", where: file.path }
  }
  return { raw: standard[name], source: "default", where: "default" }
}

/** The value, from text where it came as text. */
export const understood = (name: Name, raw: unknown, where: string) => {
  const decode: (input: unknown) => Result.Result<string | number | boolean, { readonly message: string }> =
    Schema.decodeUnknownResult(settings[name].schema)
  const direct = decode(raw)
  const meant = typeof raw === "string" ? plain(raw) : undefined
  const read = Result.isFailure(direct) && meant !== undefined ? decode(meant) : direct
  return Result.isSuccess(read)
    ? Effect.succeed(read.success)
    : Effect.fail(Failure.make(
      "usage",
      `${name} cannot be ${Print.cut(JSON.stringify(raw), 60)} (${where}): ` +
        Print.oneLine(read.failure.message)
    ))
}

/** What a text stands for in the environment, where it is a number, true or false. */
const plain = (raw: string): number | boolean | undefined => {
  if (raw === "true" || raw === "false") return raw === "true"
  return raw.trim() === "" || Number.isNaN(Number(raw)) ? undefined : Number(raw)
}

const fileAbove = (folder: string): Effect.Effect<File | undefined, Failure.Failure> => {
  const path = join(folder, ".chorus.yaml")
  return Effect.flatMap(fileOf(path, () => SettingsFile.read(path)), (file) => {
    if (file !== undefined) return Effect.succeed(file)
    return dirname(folder) === folder ? Effect.succeed(undefined) : fileAbove(dirname(folder))
  })
}

/** The settings of a file, which may hold anything; undefined where there is none. */
export const fileOf = (
  path: string,
  text: () => string | undefined
): Effect.Effect<File | undefined, Failure.Failure> =>
  Effect.try({
    try: () => {
      const found = text()
      if (found === undefined) return undefined
      const content: unknown = Yaml.parse(found)
      return { content }
    },
    catch: (cause) => Failure.make("usage", unreadable(path, cause))
  }).pipe(Effect.flatMap((found) =>
    found === undefined ? Effect.succeed(undefined) : checked(path, found.content)))

/** What keeps the file from being read, with the line where YAML names it. */
const unreadable = (path: string, cause: unknown): string => {
  if (!(cause instanceof SyntaxError)) return `${path} cannot be read: ${plainly(cause)}`
  const what = Print.oneLine(cause.message).replace(/ at (line|flow offset) \d+$/, "")
  const line = / at line (\d+)$/.exec(cause.message)?.[1]
  return `${path}${line === undefined ? "" : `:${line}`} is not YAML (${what}); ` +
    "write lines like `repo: backend`"
}

const checked = (path: string, content: unknown): Effect.Effect<File, Failure.Failure> => {
  if (content === null || content === undefined) return Effect.succeed({ path, content: {} })
  if (typeof content !== "object" || Array.isArray(content)) {
    return Effect.fail(Failure.make("usage", `${path} holds no settings; write lines like \`repo: backend\``))
  }
  const unknown = Object.keys(content).find((key) => !Object.hasOwn(settings, key))
  const nested = Object.entries(content).find(([, value]) => typeof value === "object" && value !== null)
  if (unknown === undefined && nested !== undefined) {
    return Effect.fail(Failure.make("usage", `${path}: ${nested[0]} takes one value, like \`repo: backend\``))
  }
  return unknown === undefined
    ? Effect.succeed({ path, content: { ...content } })
    : Effect.fail(Failure.make(
      "usage",
      `${path}: ${unknown} is no setting; \`chorus config --explain\` lists them`
    ))
}
