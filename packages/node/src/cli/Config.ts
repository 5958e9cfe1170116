/**
 * Every setting, with its default and its reason: flag > environment > `.chorus.yaml` > default.
 *
 * `.chorus.yaml` is looked for from the working folder upwards, so a repository can name itself
 * and its agents. A value that cannot be understood is refused with the place where it stands.
 */
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import { Repository } from "@chorus/coordination-core/identity/TaskKey"
import { policies } from "@chorus/coordination-core/fact/SessionFacts"
import * as Effect from "effect/Effect"
import * as Yaml from "effect/encoding/Yaml"
import { UserDirectories } from "effect/persistence/UserDirectories"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { existsSync, readFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import * as Failure from "./Failure.ts"
import { plainly } from "./Files.ts"
import * as Print from "./Print.ts"
import * as Speaker from "./Speaker.ts"

/** The settings that are flags as well, and of which verbs. */
const flagsOf: Partial<Record<Name, string>> = {
  db: "every verb",
  agent: "verbs that speak",
  repo: "claim",
  listen: "up",
  bootstrap: "up",
  mdns: "up",
  join: "up",
  model: "up",
  judge: "up",
  private: "up",
  membership: "up",
  http: "up"
}

/** The flags that are settings, in words. */
export const flagWords = Object.entries(flagsOf).map(([name, verbs]) => `--${name} (${verbs})`).join(", ")

const text = Schema.String.check(Schema.isNonEmpty())
/** One ending for all, so that no two databases share a key, and none is named like its own. */
const database = Schema.String.check(
  Schema.isPattern(/[^/]\.db$/, {
    message: "Expected a file whose name ends in .db, since keys and socket are named after it"
  })
)
const duration = Schema.Finite.check(Schema.isGreaterThan(0))
const yesOrNo = Schema.Boolean.annotate({ message: "Expected true or false" })
const whole = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const quorum = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 9 }))
const quietHours = Schema.String.check(
  Schema.isPattern(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, { message: "Expected HH:MM-HH:MM" })
)
const webhookUrl = Schema.String.check(
  Schema.isPattern(/^https?:\/\/[^\s/@]+(\/\S*)?$/, { message: "Expected an http or https URL" })
)
const httpAddress = Schema.String.check(
  Schema.isPattern(/^(\[[0-9a-fA-F:.]+\]|[^\s/:[\]]+):\d{1,5}$|^[^:]*\/[^:]*$/, {
    message: "Expected HOST:PORT, or the path of a socket"
  })
)

/** The settings: how a value is read, what it is without one, and what it is for. */
const settings = {
  db: { schema: database, says: "the database file; keys and socket lie beside it" },
  agent: { schema: AgentName, says: "the agent that speaks, unless --agent names one" },
  repo: { schema: Repository, says: "the repository of tasks that are named without one" },
  listen: { schema: text, says: "addresses to listen on, separated by commas" },
  bootstrap: { schema: text, says: "addresses of nodes to join, separated by commas" },
  mdns: { schema: yesOrNo, says: "whether to find nodes on the local network" },
  join: { schema: yesOrNo, says: "whether to join the first mesh found instead of founding one" },
  joinTimeout: { schema: duration, says: "seconds that a node that joins waits for an answer" },
  model: { schema: text, says: "who plans: template, ollama:MODEL or openai:URL#MODEL" },
  judge: { schema: yesOrNo, says: "whether the model orders alerts anew, and withholds some, beforehand" },
  membership: {
    schema: Schema.Literals(["open", "listed"]),
    says: "whose facts enter: everybody's, or those of listed members (at founding)"
  },
  private: { schema: yesOrNo, says: "whether only who has the network's key connects (at founding)" },
  policy: { schema: Schema.Literals(policies), says: "when votes are consensus (at founding)" },
  maxSessionDuration: { schema: duration, says: "minutes until a session escalates (at founding)" },
  maxParticipants: { schema: whole, says: "members of a session at most (at founding)" },
  escalationThreshold: { schema: whole, says: "messages before a session escalates (at founding)" },
  coordinationHops: { schema: whole, says: "hops a dependency may travel (at founding)" },
  blockEdits: {
    schema: Schema.Literals(["never", "severe"]),
    says: "whether `chorus hook pre-edit` stops an edit that meets a severe encounter"
  },
  claimLease: { schema: duration, says: "minutes a claim holds without renewal" },
  alertsPerClaim: { schema: whole, says: "alerts that a claim may raise" },
  alertsPerAgentAndHour: { schema: whole, says: "alerts that an agent may raise within an hour" },
  rules: { schema: text, says: "a file with rules of your own (YAML), beside the built-in ones" },
  detectionParameters: { schema: text, says: "a parameter file of `chorus calibrate`" },
  http: { schema: httpAddress, says: "where the HTTP API listens: 127.0.0.1:PORT, or the path of a socket" },
  httpDecides: {
    schema: yesOrNo,
    says: "whether who has the token of the HTTP API may decide as this node's operator"
  },
  quorum: { schema: quorum, says: "people who have to rule alike before a case leaves this inbox" },
  quietHours: { schema: quietHours, says: "when nobody is pinged, by this machine's clock: 22:00-07:00" },
  webhook: { schema: webhookUrl, says: "a URL that is told, signed, that cases wait" }
} as const

export type Name = keyof typeof settings

/**
 * What a file may not say that came with somebody's repository: where cases, tasks and the key of a
 * model go, and who decides.
 */
const ownersAlone: ReadonlySet<Name> = new Set(["http", "httpDecides", "webhook"])
const isOwners = (name: Name, value: unknown): boolean =>
  ownersAlone.has(name) || (name === "model" && typeof value === "string" && value.startsWith("openai"))
export type Values = { readonly [N in Name]: (typeof settings)[N]["schema"]["Type"] }

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

type Defaulted = Exclude<Name, "agent" | "repo" | "bootstrap" | Named>
type Named = "rules" | "detectionParameters" | "http" | "quietHours" | "webhook"

const defaults = (dataFolder: string) => ({
  db: join(dataFolder, "chorus.db"),
  listen: "/ip4/127.0.0.1/tcp/0",
  mdns: false,
  join: false,
  joinTimeout: 30,
  model: "template",
  judge: false,
  membership: "open",
  private: false,
  policy: "allButOne",
  maxSessionDuration: 30,
  maxParticipants: 5,
  escalationThreshold: 10,
  coordinationHops: 3,
  blockEdits: "never",
  claimLease: 30,
  alertsPerClaim: 3,
  alertsPerAgentAndHour: 20,
  httpDecides: false,
  quorum: 1
} satisfies Pick<Values, Defaulted>)

/** The environment variable of a setting: `maxParticipants` is `CHORUS_MAX_PARTICIPANTS`. */
export const variable = (name: Name): string =>
  `CHORUS_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`

/** The settings for this call: `flags` are those that were given. */
export const load = Effect.fnUntraced(function*(
  flags: { readonly [N in Name]?: unknown }
): Effect.fn.Return<Config, Failure.Failure, UserDirectories> {
  const folder = yield* Effect.mapError(
    Effect.flatMap(UserDirectories, (directories) => directories.data("chorus")),
    ({ message }) => Failure.make("failure", `no data folder: ${message}; name one with --db`)
  )
  const standard: Partial<Record<Name, unknown>> = defaults(folder)
  const here = yield* Effect.try({
    try: () => process.cwd(),
    catch: () => Failure.make("failure", "the folder that this runs in is gone; go to another one")
  })
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

// The keys of the table are its names.
export const names = Object.keys(settings) as ReadonlyArray<Name>

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
  if (!existsSync(path)) {
    return dirname(folder) === folder ? Effect.succeed(undefined) : fileAbove(dirname(folder))
  }
  return fileOf(path, () => readFileSync(path, "utf8"))
}

/** The settings of a file, which may hold anything. */
export const fileOf = (path: string, text: () => string): Effect.Effect<File, Failure.Failure> =>
  Effect.try({
    try: () => Yaml.parse(text()),
    catch: (cause) => Failure.make("usage", unreadable(path, cause))
  }).pipe(Effect.flatMap((content) => checked(path, content)))

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
  return unknown === undefined
    ? Effect.succeed({ path, content: { ...content } })
    : Effect.fail(Failure.make(
      "usage",
      `${path}: ${unknown} is no setting; \`chorus config --explain\` lists them`
    ))
}
