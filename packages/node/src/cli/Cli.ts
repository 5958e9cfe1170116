/**
 * The command line: all verbs, and how a call ends.
 *
 * Data goes to stdout, words to stderr; an error is one line that says what to do. Help is asked
 * for, never thrown at a typing mistake.
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Cause from "effect/Cause"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliError from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as UserDirectories from "effect/persistence/UserDirectories"
import { version } from "../Version.ts"
import * as Failure from "./Failure.ts"
import * as Hint from "./Hint.ts"
import * as Print from "./Print.ts"
import * as VerbTable from "./VerbTable.ts"

/** Runs the command line, and gives the exit code. */
export const run = (args: ReadonlyArray<string>): Effect.Effect<number> =>
  VerbTable.named(args).pipe(
    Effect.flatMap((root) => Command.runWith(root, { version })(args)),
    Effect.as(0),
    Effect.catch((error) => failed(error, Hint.ofArguments(args))),
    Effect.catchCause((cause) => ended(cause, Hint.ofArguments(args))),
    Effect.provide(services)
  )

/** What comes with the library and is said otherwise here: `chorus completions`. */
const left: ReadonlySet<GlobalFlag.BuiltIn> = new Set([GlobalFlag.Wizard, GlobalFlag.Completions])

const presenter: CliOutput.Presenter = {
  present: (event) =>
    event._tag === "InvalidInvocation" ? Effect.void : CliOutput.defaultPresenter.present(event)
}

const services = Layer.mergeAll(
  NodeServices.layer,
  UserDirectories.layer,
  CliOutput.layerPresenter(presenter),
  CliConfig.layer({ builtIns: GlobalFlag.BuiltIns.filter((flag) => !left.has(flag)) }),
  Layer.succeed(Logger.LogToStderr, true)
)

const { exitCodes } = Failure

interface Told {
  readonly _tag: string
  readonly message: string
}

/** One line on stderr, and the exit code of the kind of failure. */
const failed = (
  error: Told | Failure.Failure | CliError.CliError,
  hint: Hint.Hint
): Effect.Effect<number> => {
  const [code, message] = verdict(error, hint)
  return Effect.as(message === "" ? Effect.void : Print.say(`chorus: ${message}`), code)
}

/** Whatever else ends a command. A node that stops interrupts the calls of its clients. */
const ended = (cause: Cause.Cause<never>, hint: Hint.Hint): Effect.Effect<number> => {
  if (Cause.hasInterruptsOnly(cause)) {
    return failed(Failure.make("unavailable", Failure.nodeGone(hint)), hint)
  }
  const defect = Cause.squash(cause)
  return defect instanceof Failure.Quiet
    ? Effect.succeed(defect.code)
    : Effect.as(Print.say(`chorus: unexpected: ${Cause.pretty(cause)}`), exitCodes.failure)
}

const verdict = (error: Told, hint: Hint.Hint): readonly [code: number, message: string] => {
  if (CliError.isCliError(error)) return usage(error)
  if (error._tag === "RpcClientError") return [exitCodes.unavailable, Failure.nodeGone(hint)]
  if ("kind" in error && typeof error.kind === "string" && error.kind in exitCodes) {
    // The test above is what makes it a kind.
    return [exitCodes[error.kind as keyof typeof exitCodes], error.message]
  }
  const later = "later" in error && error.later === true
  return [later ? exitCodes.unavailable : exitCodes.failure, error.message]
}

/** The library's words on one line, its suggestion included; a number after a verb is what it shows. */
const oneLine = (error: CliError.CliError): string => {
  const isNumber = error._tag === "UnknownSubcommand" && /^#?\d/.test(error.subcommand)
  const meant = isNumber ? ` (did you mean show ${error.subcommand}?)` : ""
  return Print.oneLine(error.message.replace(/\s*Did you mean this\?\s*(.*)/, " (did you mean $1?)")) + meant
}

const usage = (error: CliError.CliError): readonly [code: number, message: string] => {
  if (error._tag !== "ShowHelp") return [exitCodes.usage, error.message]
  const [first] = error.errors
  return first === undefined
    ? [error.commandPath.length > 1 ? exitCodes.usage : 0, ""]
    : [exitCodes.usage, `${oneLine(first)}; see \`${error.commandPath.join(" ")} --help\``]
}
