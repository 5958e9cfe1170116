/**
 * The verbs that bring whole meshes up: demo and replay.
 */
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import { quietly } from "./Failure.ts"
import * as Signals from "./Signals.ts"

export const demo = Command.make("demo", {}, Effect.fnUntraced(function*() {
  const { demo: run } = yield* Effect.promise(() => import("../demo/Demo.ts"))
  // Not simply killed, so that the three nodes are stopped.
  yield* Effect.raceFirst(run(), Effect.andThen(Signals.received, quietly(interrupted)))
}, Effect.scoped)).pipe(
  Command.withExamples([{ command: "chorus demo", description: "Twenty seconds, without any account" }])
)

/** What the shell says of a process that Ctrl-C ended. */
const interrupted = 128 + 2

export const replay = Command.make("replay", {
  file: Argument.String("file").pipe(
    Argument.withDescription("Tasks as .jsonl or .jsonl.gz: repository, title, time; description, id if any")
  ),
  links: Flag.String("links").pipe(
    Flag.withDescription("True dependencies as .jsonl or .jsonl.gz (from, to), to count recall"),
    Flag.optional
  ),
  limit: Flag.Int("limit").pipe(Flag.withDescription("Only the first so many tasks"), Flag.optional),
  nodes: Flag.Int("nodes").pipe(
    Flag.withDescription("Nodes of the mesh, 1 to 8 (default 3)"),
    Flag.withDefault(3)
  ),
  speed: Flag.Finite("speed").pipe(
    Flag.withDescription("File time against real time; as fast as it goes when left out"),
    Flag.optional
  ),
  taskHours: Flag.Finite("task-hours").pipe(
    Flag.withDescription("Hours until a task is done (default 24)"),
    Flag.withDefault(24)
  ),
  seed: Flag.Int("seed").pipe(
    Flag.withDescription("Chooses who agrees, objects and stays silent (default 1)"),
    Flag.withDefault(1)
  ),
  keep: Flag.String("keep").pipe(
    Flag.withDescription("A folder to keep the nodes' databases in; without one they are removed at the end"),
    Flag.optional
  )
}, Effect.fnUntraced(function*(given) {
  const { replay: run } = yield* Effect.promise(() => import("../replay/Replay.ts"))
  const replaying = run({
    ...given,
    links: Option.getOrUndefined(given.links),
    limit: Option.getOrUndefined(given.limit),
    speed: Option.getOrUndefined(given.speed),
    keep: Option.getOrUndefined(given.keep)
  })
  // Not simply killed, so that it says where its databases are.
  yield* Effect.raceFirst(replaying, Effect.andThen(Signals.received, quietly(interrupted)))
}, Effect.scoped)).pipe(
  Command.withExamples([{
    command: "chorus replay tasks.jsonl.gz --links links.jsonl.gz --limit 2000",
    description: "The first 2,000 tasks over three nodes"
  }])
)
