/**
 * Verbs about the node itself: up, stop, status, watch, doctor, events, config.
 */
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as Settings from "./Settings.ts"
import * as Connection from "./Connection.ts"
import * as Failure from "./Failure.ts"
import * as Format from "./Format.ts"
import * as Hint from "./Hint.ts"
import * as Print from "./Print.ts"

export const up = Command.make("up", {
  listen: Flag.String("listen").pipe(
    Flag.withDescription(
      "An address to listen on, e.g. /ip4/0.0.0.0/tcp/4001 (repeatable; default: a port on loopback)"
    ),
    Flag.atLeast(0)
  ),
  bootstrap: Flag.String("bootstrap").pipe(
    Flag.withDescription(
      "The address of a node to join (repeatable, remembered); a new node without one founds a mesh"
    ),
    Flag.atLeast(0)
  ),
  mdns: Flag.Boolean("mdns").pipe(
    Flag.withDescription("Find nodes on the local network"),
    Flag.optional
  ),
  relay: Flag.String("relay").pipe(
    Flag.withDescription("Behind NAT: the address of a relay to be reached through; serve: be one; or none"),
    Flag.optional
  ),
  join: Flag.Boolean("join").pipe(
    Flag.withDescription("Join the first mesh found (with --mdns) instead of founding one"),
    Flag.optional
  ),
  membership: Flag.Literals("membership", ["open", "listed"]).pipe(
    Flag.withDescription("At founding: take everybody's facts, or those of nodes that rulings list"),
    Flag.optional
  ),
  private: Flag.Boolean("private").pipe(
    Flag.withDescription("At founding: make a network key; only who gets it by `chorus pair` connects"),
    Flag.optional
  ),
  model: Flag.String("model").pipe(
    Flag.withDescription("Who plans: template (default), ollama:MODEL or openai:http://HOST/v1#MODEL"),
    Flag.optional
  ),
  judge: Flag.Boolean("judge").pipe(
    Flag.withDescription("Let the model order alerts anew, and withhold some, before they are stated"),
    Flag.optional
  ),
  http: Flag.String("http").pipe(
    Flag.withDescription("Serve the HTTP API: 127.0.0.1:PORT, or the path of a socket"),
    Flag.optional
  )
}, Effect.fnUntraced(function*(given) {
  const settings = yield* Connection.config({
    listen: given.listen.length === 0 ? undefined : given.listen.join(","),
    bootstrap: given.bootstrap.length === 0 ? undefined : given.bootstrap.join(","),
    mdns: Option.getOrUndefined(given.mdns),
    relay: Option.getOrUndefined(given.relay),
    join: Option.getOrUndefined(given.join),
    membership: Option.getOrUndefined(given.membership),
    private: Option.getOrUndefined(given.private),
    model: Option.getOrUndefined(given.model),
    judge: Option.getOrUndefined(given.judge),
    http: Option.getOrUndefined(given.http)
  })
  const { up: run } = yield* Effect.promise(() => import("../Up.ts"))
  yield* run(settings)
}, Effect.scoped)).pipe(
  Command.withExamples([
    { command: "chorus up", description: "Found a mesh of one, on loopback" },
    {
      command: "chorus up --db b/chorus.db --bootstrap /ip4/127.0.0.1/tcp/9000/p2p/12D3KooW…",
      description: "Join a mesh as a second node"
    },
    {
      command: "chorus up --listen /ip4/0.0.0.0/tcp/4001 --relay serve",
      description: "Be a relay: carry nodes that others cannot reach"
    },
    {
      command: "chorus up --relay /ip4/192.0.2.7/tcp/4001/p2p/12D3KooW…",
      description: "Behind NAT or in CI: be reached through that relay"
    },
    { command: "chorus up --http 127.0.0.1:7400", description: "With the HTTP API; it says where" },
    { command: "chorus up --model ollama:phi3 --judge", description: "A model plans, and judges alerts" }
  ])
)

export const stop = Command.make("stop", {}, Effect.fnUntraced(function*() {
  const node = yield* Connection.client(yield* Connection.config())
  const { node: id, pid } = yield* node.status()
  yield* node.stop()
  yield* Effect.repeat(Effect.sync(() => isRunning(pid)), {
    while: (running) => running,
    schedule: Schedule.spaced("50 millis")
  }).pipe(Effect.timeoutOrElse({
    duration: stopTimeout,
    orElse: () =>
      Effect.fail(Failure.make(
        "failure",
        `the node still runs ${stopTimeout} later; end process ${pid} by hand`
      ))
  }))
  yield* Print.data("stop", { stopped: id }, () => `${id} stopped`)
}, Effect.scoped)).pipe(
  Command.withExamples([{ command: "chorus stop --db b/chorus.db", description: "Stop the second node" }])
)

/** A node gives its peers this long and a bit more to part in order. */
const stopTimeout = "20 seconds"

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

export const status = Command.make("status", {}, Effect.fnUntraced(function*() {
  const node = yield* Connection.client(yield* Connection.config())
  yield* Print.data("status", yield* node.status(), Format.status)
}, Effect.scoped)).pipe(
  Command.withExamples([{ command: "chorus status --json", description: "For a script" }])
)

export const watch = Command.make("watch", {}, Effect.fnUntraced(function*() {
  const node = yield* Connection.client(yield* Connection.config())
  yield* Print.say("watching; Ctrl-C ends it")
  yield* Stream.runForEach(node.watch(), (notice) => Print.data("watch", notice, Format.notice))
  return yield* Failure.make("unavailable", Failure.nodeGone(yield* Hint.hint))
}, Effect.scoped)).pipe(
  Command.withExamples([{ command: "chorus watch --json", description: "One JSON object a line" }])
)

export const doctor = Command.make("doctor", {
  repair: Flag.Boolean("repair").pipe(
    Flag.withDescription("Make a damaged database usable again; the node must be stopped, a copy is kept"),
    Flag.withDefault(false)
  )
}, Effect.fnUntraced(function*({ repair }) {
  const settings = yield* Connection.config()
  const { run } = yield* Effect.promise(() => import("../doctor/Doctor.ts"))
  yield* run(settings, repair)
}, Effect.scoped)).pipe(
  Command.withExamples([{
    command: "chorus doctor --repair",
    description: "After a damaged disk: keep a copy, drop what is useless, let peers bring the rest"
  }])
)

export const events = Command.make("events", {
  limit: Flag.Int("limit").pipe(
    Flag.withDescription("Only the newest so many (default 100)"),
    Flag.withDefault(100)
  )
}, Effect.fnUntraced(function*({ limit }) {
  if (limit <= 0) return yield* Failure.make("usage", "--limit must be more than 0")
  const node = yield* Connection.client(yield* Connection.config())
  yield* Print.data("events", yield* node.events({ limit }), Format.events)
}, Effect.scoped)).pipe(
  Command.withExamples([{ command: "chorus events --json", description: "Whole events, for a script" }])
)

export const config = Command.make("config", {
  explain: Flag.Boolean("explain").pipe(
    Flag.withDescription("Say where each value comes from and what it is for"),
    Flag.withDefault(false)
  )
}, Effect.fnUntraced(function*({ explain }) {
  const { explained } = yield* Connection.config()
  yield* Print.data("config", explained, (rows) =>
    explain
      ? Print.table(
        ["SETTING", "VALUE", "FROM", "WHAT IT IS"],
        rows.map(({ name, says, value = "-", where }) => [name, String(value), where, says])
      )
      : rows.flatMap(({ name, value }) => value === undefined ? [] : [`${name}: ${value}`]).join("\n"))
  if (explain) {
    yield* Print.say(
      `flags: ${Settings.flagWords}; every setting has a variable (CHORUS_CLAIM_LEASE for claimLease) ` +
        "and a line in .chorus.yaml; the first of these counts"
    )
  }
})).pipe(
  Command.withExamples([{ command: "chorus config --explain", description: "Each value with its source" }])
)
