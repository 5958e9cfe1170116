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
import * as Completions from "effect/cli/Completions"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as UserDirectories from "effect/persistence/UserDirectories"
import { version } from "../Version.ts"
import * as AlertVerbs from "./AlertVerbs.ts"
import { demo, replay } from "./BigVerbs.ts"
import * as ContractVerbs from "./ContractVerbs.ts"
import * as DeliveryVerbs from "./DeliveryVerbs.ts"
import { done } from "./DoneVerb.ts"
import * as Failure from "./Failure.ts"
import { Db, Json, JsonLines } from "./Global.ts"
import * as Hint from "./Hint.ts"
import * as InboxVerbs from "./InboxVerbs.ts"
import * as LandingVerbs from "./LandingVerbs.ts"
import * as McpVerbs from "./McpVerbs.ts"
import * as MeasureVerbs from "./MeasureVerbs.ts"
import * as MemberVerbs from "./MemberVerbs.ts"
import * as MeshVerbs from "./MeshVerbs.ts"
import * as NodeVerbs from "./NodeVerbs.ts"
import * as PeopleVerbs from "./PeopleVerbs.ts"
import * as Print from "./Print.ts"
import * as SessionVerbs from "./SessionVerbs.ts"
import * as SetupVerbs from "./SetupVerbs.ts"
import * as ShellVerbs from "./ShellVerbs.ts"
import * as SimulationVerbs from "./SimulationVerbs.ts"
import * as TaskVerbs from "./TaskVerbs.ts"

const root = Command.make("chorus").pipe(
  Command.withDescription("Coordinates agents that work at once in many repositories"),
  Command.withSubcommands([
    {
      group: "Start here",
      commands: [
        demo,
        SetupVerbs.init,
        SetupVerbs.setup,
        NodeVerbs.doctor,
        McpVerbs.mcp,
        NodeVerbs.up,
        NodeVerbs.status,
        NodeVerbs.watch,
        NodeVerbs.stop
      ]
    },
    {
      group: "Tasks",
      commands: [TaskVerbs.claim, TaskVerbs.tasks, TaskVerbs.update, done, TaskVerbs.release]
    },
    {
      group: "Sessions",
      commands: [
        SessionVerbs.sessions,
        SessionVerbs.show,
        SessionVerbs.answer,
        SessionVerbs.say,
        SessionVerbs.open,
        SessionVerbs.escalate
      ]
    },
    {
      group: "Delivery",
      commands: [DeliveryVerbs.unread, DeliveryVerbs.hook]
    },
    {
      group: "Alerts",
      commands: [
        AlertVerbs.check,
        AlertVerbs.why,
        AlertVerbs.alerts,
        AlertVerbs.mute,
        AlertVerbs.unmute,
        AlertVerbs.mutes,
        AlertVerbs.rules
      ]
    },
    {
      group: "People",
      commands: [InboxVerbs.inbox, InboxVerbs.decide, PeopleVerbs.people]
    },
    {
      group: "Machines",
      commands: [MeshVerbs.pair, MeshVerbs.join, MeshVerbs.peers, MemberVerbs.members]
    },
    {
      group: "Contracts",
      commands: [ContractVerbs.scan, ContractVerbs.diff, ContractVerbs.contracts]
    },
    {
      group: "Landing the work",
      commands: [LandingVerbs.exportPlan, LandingVerbs.importWork]
    },
    {
      group: "More",
      commands: [
        NodeVerbs.events,
        replay,
        SimulationVerbs.sim,
        SimulationVerbs.exportLog,
        MeasureVerbs.bench,
        MeasureVerbs.calibrate,
        NodeVerbs.config,
        ShellVerbs.completions(described),
        ShellVerbs.schema
      ]
    }
  ]),
  Command.withGlobalFlags([Json, JsonLines, Db])
)

/** Hoisted, since one of the verbs describes all of them. */
function described(): Completions.CommandDescriptor {
  return Completions.fromCommand(root)
}

/** Runs the command line, and gives the exit code. */
export const run = (args: ReadonlyArray<string>): Effect.Effect<number> =>
  Command.runWith(root, { version })(args).pipe(
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

/** The library's words on one line, its suggestion included. */
const oneLine = ({ message }: CliError.CliError): string =>
  Print.oneLine(message.replace(/\s*Did you mean this\?\s*(.*)/, " (did you mean $1?)"))

const usage = (error: CliError.CliError): readonly [code: number, message: string] => {
  if (error._tag !== "ShowHelp") return [exitCodes.usage, error.message]
  const [first] = error.errors
  return first === undefined
    ? [error.commandPath.length > 1 ? exitCodes.usage : 0, ""]
    : [exitCodes.usage, `${oneLine(first)}; see \`${error.commandPath.join(" ")} --help\``]
}
