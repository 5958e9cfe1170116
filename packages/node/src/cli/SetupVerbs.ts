/**
 * The first five minutes: init, setup.
 */
import { Repository } from "@chorus/coordination-core/identity/TaskKey"
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { UserDirectories } from "effect/persistence/UserDirectories"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { realpathSync, statSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline/promises"
import { type Client, clients, guide } from "../setup/Clients.ts"
import * as Diff from "../setup/Diff.ts"
import * as Init from "../setup/Init.ts"
import * as Presence from "../setup/Presence.ts"
import * as RepositoryFile from "../setup/RepositoryFile.ts"
import * as Connection from "./Connection.ts"
import * as Failure from "./Failure.ts"
import { plainly } from "./Files.ts"
import * as Print from "./Print.ts"
import * as Speaker from "./Speaker.ts"

const dryRun = Flag.Boolean("dry-run").pipe(
  Flag.withDescription("Show what would be written, and write nothing"),
  Flag.withDefault(false)
)

const topOf = (folder: string): Effect.Effect<string, Failure.Failure> =>
  statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true
    ? Effect.succeed(Speaker.topOf(realpathSync(folder)) ?? realpathSync(folder))
    : Effect.fail(Failure.make("usage", `${folder} is no folder`))

/** How the repository is called: by its remote, its package, its folder. */
const nameOf = (root: string): string | undefined => {
  const names = [Speaker.remoteOf(root), Init.packageName(root), Speaker.repositoryOf(root)]
  return names.find((name) => Option.isSome(Schema.decodeUnknownOption(Repository)(name)))
}

export const init = Command.make("init", {
  folder: Argument.String("folder").pipe(
    Argument.withDescription("The repository, or a folder of it (default: here)"),
    Argument.withDefault(".")
  ),
  repo: Flag.String("repo").pipe(
    Flag.withDescription(
      "How the repository is called (default: as its git remote, else its package, else its folder)"
    ),
    Flag.optional
  ),
  dryRun,
  force: Flag.Boolean("force").pipe(
    Flag.withDescription("Replace a .chorus.yaml that is there"),
    Flag.withDefault(false)
  )
}, Effect.fnUntraced(function*(given) {
  const root = yield* topOf(given.folder)
  const repository = Option.isSome(given.repo)
    ? yield* Connection.decoded(Repository, given.repo.value, "--repo")
    : nameOf(root)
  if (repository === undefined) {
    return yield* Failure.make("usage", "how is the repository called? name it with --repo")
  }
  const { workTree } = yield* Effect.promise(() => import("../scan/Scanning.ts"))
  const { scanned } = yield* workTree(root)
  const file = join(root, ".chorus.yaml")
  const found = RepositoryFile.read(root, ".chorus.yaml")
  if ("because" in found) return yield* Failure.make("failure", `${file} stays as it is: ${found.because}`)
  const before = found.text
  const after = Init.settingsText(repository)
  const keeps = before !== undefined && (before === after || !given.force)
  const report = {
    repository,
    file,
    contracts: Init.contractWords(scanned),
    clients: Presence.found(root).map(({ because, client }) => ({ client: client.name, because })),
    diff: keeps ? "" : Diff.unified(".chorus.yaml", before, after),
    written: !keeps && !given.dryRun
  }
  if (report.written) {
    yield* Effect.try({
      try: () => RepositoryFile.replace(file, after),
      catch: (cause) => Failure.make("failure", `${file}: ${plainly(cause)}`)
    })
  }
  yield* Print.data("init", report, initWords)
  const differs = keeps && before !== after
  if (!differs && Option.isNone(given.repo) && Speaker.topOf(root) === undefined) {
    yield* Print.say(
      `${root} is no git repository; it is called ${repository} as its package or folder is, ` +
        "and chorus init --repo NAME --force calls it otherwise"
    )
  }
  if (differs) yield* Print.say(`${file} stays as it is; --force replaces it`)
  else if (given.dryRun) yield* Print.say("nothing was written (--dry-run)")
  else {
    const named = report.clients.length === 0 ? ` ${anyOf}` : ""
    yield* Print.say(`next: chorus setup${named}, then chorus doctor`)
  }
})).pipe(
  Command.withExamples([
    { command: "chorus init --dry-run", description: "See what is found, and what would be written" },
    { command: "chorus init ../web --repo acme/web", description: "Name another repository yourself" }
  ])
)

interface InitReport {
  readonly repository: string
  readonly contracts: ReadonlyArray<string>
  readonly clients: ReadonlyArray<{ readonly client: string; readonly because: string }>
  readonly diff: string
}

const initWords = ({ clients: here, contracts, diff, repository }: InitReport): string =>
  [
    `repository  ${repository}`,
    ...labelled("contracts", contracts, "none found"),
    ...labelled("clients", here.map(({ because, client }) => `${client} (${because})`), "none found"),
    ...(diff === "" ? [] : [diff])
  ].join("\n")

const labelled = (label: string, lines: ReadonlyArray<string>, none: string): ReadonlyArray<string> =>
  (lines.length === 0 ? [none] : lines).map((line, at) => `${(at === 0 ? label : "").padEnd(12)}${line}`)

const names = clients.map(({ name }) => name)
const anyOf = names.join("|")

export const setup = Command.make("setup", {
  client: Argument.Literals("client", [...names, "all"]).pipe(
    Argument.withDescription(
      `The clients to set up (choices: ${names.join(", ")}, all; default: those that are found here)`
    ),
    Argument.variadic()
  ),
  dryRun,
  yes: Flag.Boolean("yes").pipe(
    Flag.withDescription("Write without asking"),
    Flag.withDefault(false)
  ),
  force: Flag.Boolean("force").pipe(
    Flag.withDescription("Replace entries that somebody edited"),
    Flag.withDefault(false)
  ),
  undo: Flag.Boolean("undo").pipe(
    Flag.withDescription("Take back all that was written here"),
    Flag.withDefault(false)
  )
}, Effect.fnUntraced(function*(given) {
  const root = yield* topOf(".")
  const { values } = yield* Connection.config()
  const repository = values.repo ?? nameOf(root)
  if (repository === undefined) {
    return yield* Failure.make("usage", "how is the repository called? `chorus init --repo NAME` notes it")
  }
  const chosen = yield* chosenOf(root, given.client, given.undo)
  const data = yield* Effect.mapError(
    Effect.flatMap(UserDirectories, (directories) => directories.data("chorus")),
    ({ message }) => Failure.make("failure", `no data folder: ${message}`)
  )
  const Setup = yield* Effect.promise(() => import("../setup/Setup.ts"))
  const Journal = yield* Effect.promise(() => import("../setup/Journal.ts"))
  const journalFile = Journal.fileOf(data, root)
  const journal = Journal.read(journalFile, root)
  const files = chosen.flatMap((client) => client.files(repository))
  const plan = given.undo
    ? Setup.planUndo(root, journal)
    : Setup.plan(root, [...files, guide], journal, given.force)
  const changes = plan.changes.filter(({ after, before }) => after !== before)
  const diffs = changes.map(({ after, before, file }) => Diff.unified(file, before, after))
  const agreed = given.yes || (changes.length > 0 && !given.dryRun && (yield* asked(diffs)))
  const writes = agreed && !given.dryRun
  if (writes) {
    yield* Effect.try({
      try: () => (given.undo ? Setup.writeUndo : Setup.write)(root, plan.changes, journalFile),
      catch: (cause) => Failure.make("failure", `not all was written: ${plainly(cause)}`)
    })
  }
  yield* Print.data("setup", {
    clients: chosen.map(({ name }) => name),
    changes: changes.map(({ file }, at) => ({ file, diff: diffs[at] ?? "" })),
    refused: plan.refusals,
    written: writes && changes.length > 0
  }, () => given.yes || given.dryRun || !process.stdin.isTTY ? diffs.join("\n") : "")
  for (const { because, file } of plan.refusals) yield* Print.say(`${file} stays as it is: ${because}`)
  yield* Print.say(saidOf(changes.length, writes, given))
  if (!Presence.isOnPath("chorus") && writes && !given.undo) {
    yield* Print.say("`chorus` is not on the PATH, where clients look for it: link it into a folder that is")
  }
  const waits = plan.refusals.length > 0 || (changes.length > 0 && !writes && !given.dryRun)
  if (waits) yield* Failure.quietly(Failure.exitCodes.attention)
})).pipe(
  Command.withExamples([
    { command: "chorus setup", description: "The clients that are found here; asks before it writes" },
    { command: "chorus setup all --dry-run", description: "See what every known client would get" },
    { command: "chorus setup --undo --yes", description: "Take it all back" }
  ])
)

interface Given {
  readonly dryRun: boolean
  readonly undo: boolean
}

const saidOf = (changes: number, written: boolean, { dryRun: isDry, undo }: Given): string => {
  const files = `${changes} ${changes === 1 ? "file" : "files"}`
  if (changes === 0) return undo ? "nothing is to be taken back" : "nothing is to be changed"
  if (written && undo) return `${files} taken back`
  if (written) {
    return `${files} written; chorus setup --undo takes them back\n` +
      "next: chorus doctor, then start your agents as usual"
  }
  if (isDry) return "nothing was written (--dry-run)"
  return `nothing was written; run the same with --yes to write ${files}`
}

const chosenOf = (
  root: string,
  given: ReadonlyArray<string>,
  undoes: boolean
): Effect.Effect<ReadonlyArray<Client>, Failure.Failure> => {
  if (undoes || given.includes("all")) return Effect.succeed(clients)
  const chosen = given.length > 0
    ? clients.filter(({ name }) => given.includes(name))
    : Presence.found(root).map(({ client }) => client)
  return chosen.length > 0 ? Effect.succeed(chosen) : Effect.fail(Failure.make(
    "usage",
    `no agent client is found here; name one: chorus setup ${anyOf}, or all`
  ))
}

/** Shows the changes and asks a person, where one is there. */
const asked = (diffs: ReadonlyArray<string>): Effect.Effect<boolean> =>
  process.stdin.isTTY
    ? Effect.andThen(
      Print.say(diffs.join("\n")),
      Effect.promise(async () => {
        const lines = createInterface({ input: process.stdin, output: process.stderr })
        const answer = await lines.question("Write this? [y/N] ")
        lines.close()
        return /^y(es)?$/i.test(answer.trim())
      })
    )
    : Effect.succeed(false)
