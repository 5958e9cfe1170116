/**
 * What a verb needs to speak to the running node: the settings, the client, and who speaks.
 */
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import { TaskKey } from "@chorus/coordination-core/identity/TaskKey"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Config from "./Config.ts"
import type * as Settings from "./Settings.ts"
import * as Failure from "./Failure.ts"
import * as Files from "./Files.ts"
import { Db } from "./Global.ts"
import * as Hint from "./Hint.ts"
import * as Print from "./Print.ts"

/** The settings, with the global flags and these. */
export const config = Effect.fnUntraced(function*(flags: Partial<Record<Settings.Name, unknown>> = {}) {
  const db = Option.getOrUndefined(yield* Db)
  return yield* Config.load({ ...flags, ...(db === undefined ? {} : { db }) })
})

/** A client of the node that the settings name. Loaded late: verbs that need none start faster. */
export const client = Effect.fnUntraced(function*(settings: Config.Config) {
  const { make } = yield* Effect.promise(() => import("../api/Client.ts"))
  const { socket } = Files.of(settings.values.db)
  return yield* make(socket, (yield* Hint.hint)("up"))
})

/** The agent that is meant: `--agent`, else the setting, else the one that is named after the folder. */
export const agent = (
  flag: Option.Option<string>,
  { values }: Config.Config
): Effect.Effect<AgentName, Failure.Failure> =>
  Option.match(flag, {
    onSome: (name) => decoded(AgentName, name, "--agent"),
    onNone: () => Effect.succeed(values.agent)
  })

/** The agent that speaks, which is told who it is where nobody named it. */
export const speaker = Effect.fnUntraced(function*(flag: Option.Option<string>, settings: Config.Config) {
  const name = yield* agent(flag, settings)
  const isNamed = Option.isSome(flag) ||
    settings.explained.some((setting) => setting.name === "agent" && setting.source !== "default")
  if (!isNamed) {
    yield* Print.say(
      `speaking as ${name}, named after this folder; --agent or CHORUS_AGENT gives another name`
    )
  }
  return name
})

/** A task as it is typed: `repository#id`, or an id in the repository that the settings name. */
export const task = (
  typed: string,
  settings: Config.Config,
  repo: Option.Option<string> = Option.none()
): Effect.Effect<TaskKey, Failure.Failure> => {
  const repository = Option.getOrUndefined(repo) ?? settings.values.repo
  if (typed.includes("#")) return decoded(TaskKey, typed, "the task")
  return repository === undefined
    ? Effect.fail(Failure.make(
      "usage",
      "which repository? write the task as repository#id, or name one with " +
        "--repo (at claim), CHORUS_REPO or repo in .chorus.yaml"
    ))
    : decoded(TaskKey, `${repository}#${typed}`, "the task")
}

/** A value that a schema understands, or a usage failure that names what was given. */
export const decoded = <S extends Schema.ConstraintDecoder<unknown>>(
  schema: S,
  value: unknown,
  what: string
): Effect.Effect<S["Type"], Failure.Failure> =>
  Result.match(Schema.decodeUnknownResult(schema)(value), {
    onSuccess: (understood) => Effect.succeed(understood),
    onFailure: (error) =>
      Effect.fail(Failure.make(
        "usage",
        `${what} cannot be ${Print.cut(JSON.stringify(value), 60)}: ${Print.oneLine(error.message)}`
      ))
  })
