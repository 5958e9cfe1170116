/**
 * Verbs that need no node: sim, which runs a mesh on virtual time, and export-log.
 */
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import * as Connection from "./Connection.ts"
import * as Failure from "./Failure.ts"
import * as Print from "./Print.ts"

const exportLog = Command.make("export-log", {
  file: Argument.String("file").pipe(Argument.withDescription("The file to write; it must not be there yet"))
}, Effect.fnUntraced(function*({ file }) {
  const { values } = yield* Connection.config()
  const { exportLog: run } = yield* Effect.promise(() => import("../incident/ExportLog.ts"))
  const facts = yield* run(values.db, file)
  yield* Print.data("export-log", { file, facts }, () =>
    `wrote ${facts} facts to ${file}; \`chorus sim --incident ${file}\` steps through them`)
}, Effect.scoped)).pipe(
  Command.withExamples([{
    command: "chorus export-log incident.jsonl",
    description: "Then `chorus sim --incident incident.jsonl` steps through them"
  }])
)

export { exportLog as "export-log" }

export const sim = Command.make("sim", {
  agents: Flag.Int("agents").pipe(
    Flag.withDescription("Agents, four a node and on twelve nodes at most (default 12)"),
    Flag.withDefault(12)
  ),
  repos: Flag.Int("repos").pipe(
    Flag.withDescription("Repositories they work in (default 6)"),
    Flag.withDefault(6)
  ),
  loss: Flag.Finite("loss").pipe(
    Flag.withDescription("The share of messages that is lost, from 0 to 1 (default 0)"),
    Flag.withDefault(0)
  ),
  partition: Flag.String("partition").pipe(
    Flag.withDescription("The mesh falls into halves for so long, e.g. 60s or 5m"),
    Flag.optional
  ),
  seed: Flag.Int("seed").pipe(
    Flag.withDescription("Chooses all that happens (default 1)"),
    Flag.withDefault(1)
  ),
  trace: Flag.Boolean("trace").pipe(
    Flag.withDescription("Tell what happens, in words"),
    Flag.withDefault(false)
  ),
  incident: Flag.String("incident").pipe(
    Flag.withDescription("Step through a file that `chorus export-log` wrote instead"),
    Flag.optional
  )
}, Effect.fnUntraced(function*(given) {
  if (Option.isSome(given.incident)) {
    const { stepThrough } = yield* Effect.promise(() => import("../incident/Incident.ts"))
    const lived = yield* stepThrough(given.incident.value)
    return yield* Print.data("sim", lived, ({ facts, refused, sessions }) =>
      `${facts} facts, ${refused} refused, ${sessions.length} sessions` +
      sessions.map(({ session, status }) => `\n${session} ${status}`).join(""))
  }
  const partition = Option.map(given.partition, (text) => ({ text, millis: millisOf(text) }))
  if (given.agents < 2 || given.agents > agentsMax || given.repos < 1 || given.loss < 0 || given.loss > 1) {
    return yield* Failure.make("usage", `take 2 to ${agentsMax} agents, a repository, and a loss from 0 to 1`)
  }
  if (Option.isSome(partition) && partition.value.millis === undefined) {
    return yield* Failure.make("usage", `"${partition.value.text}" is no length of time; write 60s or 5m`)
  }
  const { simulate } = yield* Effect.promise(() => import("../incident/Simulate.ts"))
  const { kept, summary } = yield* simulate({
    ...given,
    partitionMillis: Option.getOrUndefined(partition)?.millis
  })
  yield* Print.data("sim", summary, (rows) =>
    Print.table(["WHAT", "HOW MUCH"], Object.entries(rows).map(([what, much]) =>
      [what.replaceAll("_", " "), String(much)])))
  if (!kept) yield* Failure.quietly(1)
})).pipe(
  Command.withExamples([{
    command: "chorus sim --agents 50 --repos 10 --loss 0.2 --partition 60s --seed 7",
    description: "An hour of fifty agents in ten repositories, in some seconds"
  }])
)

/** More agents than this make an hour of theirs take longer than it is. */
const agentsMax = 200

/** `60s`, `5m`, `1h` or milliseconds; undefined for what is no length of time. */
const millisOf = (text: string): number | undefined => {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? []
  if (amount === undefined) return undefined
  const spells = new Map([["ms", 1], ["s", 1000], ["m", 60_000], ["h", 3_600_000]])
  return Number(amount) * (spells.get(unit ?? "") ?? 0)
}
