/**
 * Verbs about contracts: scan, diff, contracts.
 */
import * as Affected from "@chorus/coordination-core/contract/Affected"
import * as Contract from "@chorus/coordination-core/contract/Contract"
import * as ContractDiff from "@chorus/coordination-core/contract/ContractDiff"
import { Repository } from "@chorus/coordination-core/identity/TaskKey"
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as Rows from "../api/Rows.ts"
import type { DiffReport, ScanReport } from "../scan/Comparison.ts"
import type * as Config from "./Config.ts"
import * as Connection from "./Connection.ts"
import * as ContractFormat from "./ContractFormat.ts"
import * as Failure from "./Failure.ts"
import * as Print from "./Print.ts"

/** Loaded late: the parsers are no small thing, and other verbs need none. */
const scanning = Effect.promise(() => import("../scan/Scanning.ts"))
const comparing = Effect.promise(() => import("../scan/Comparison.ts"))

const folder = Argument.String("folder").pipe(
  Argument.withDescription("The repository, or a folder of it (default: here)"),
  Argument.withDefault(".")
)

const repo = Flag.String("repo").pipe(
  Flag.withDescription(
    "How tasks name the repository (for this folder: or CHORUS_REPO, or repo in .chorus.yaml)"
  ),
  Flag.optional
)

/** Settings name the repository that one stands in; of any other folder only the flag tells. */
const repositoryOf = Effect.fnUntraced(function* (
  given: { readonly repo: Option.Option<string>; readonly folder: string },
  settings: Config.Config
) {
  if (Option.isSome(given.repo)) return yield* Connection.decoded(Repository, given.repo.value, "--repo")
  return given.folder === "." ? settings.values.repo : undefined
})

export const scan = Command.make(
  "scan",
  {
    folder,
    repo,
    state: Flag.Boolean("state").pipe(
      Flag.withDescription(
        "Also state it to the mesh, through the running node; without it nothing leaves this machine"
      ),
      Flag.withDefault(false)
    )
  },
  Effect.fnUntraced(function* (given) {
    const settings = yield* Connection.config()
    const repository = yield* repositoryOf(given, settings)
    if (given.state && repository === undefined) {
      return yield* Failure.make("usage", "which repository is it? name it with --repo, as its tasks do")
    }
    // First, so that a long scan does not end in "no node is running".
    const node = given.state ? yield* Connection.client(settings) : undefined
    const { rowsOf, statementOf } = yield* comparing
    const { commitHere, workTree } = yield* scanning
    const { files, scanned } = yield* workTree(given.folder)
    const rows = rowsOf(scanned)
    const revision = yield* commitHere(given.folder)
    const told =
      node === undefined || repository === undefined
        ? undefined
        : yield* Effect.gen(function* () {
            const { kept, ...contracts } = statementOf(rows, repository, yield* node.contracts())
            const stated = yield* node.state_contracts({
              repository,
              ...contracts,
              ...(revision === undefined ? {} : { revision })
            })
            return { ...(kept.length === 0 ? {} : { kept }), stated }
          })
    const report: ScanReport = {
      ...(repository === undefined ? {} : { repository }),
      ...(revision === undefined ? {} : { revision }),
      files,
      ...rows,
      ...told
    }
    yield* Print.data("scan", report, ContractFormat.scan)
  }, Effect.scoped)
).pipe(
  Command.withDescription(
    "Read what a repository provides and consumes: OpenAPI, GraphQL, protobuf, SQL migrations, " +
      "environment keys, package manifests, Backstage catalogs, and calls in sources; prints it, and " +
      "states it only with --state, which withdraws nothing while something could not be read. " +
      "Links, .git, dependencies, build output and tests are left out; values of keys are never looked at"
  ),
  Command.withExamples([
    { command: "chorus scan", description: "What stands in this folder; nothing is stated" },
    {
      command: "chorus scan ../backend --repo backend --state",
      description: "Tell the mesh, e.g. after each merge"
    }
  ])
)

export const diff = Command.make(
  "diff",
  {
    folder,
    repo,
    against: Flag.String("against").pipe(
      Flag.withDescription("A branch, tag or commit of git to compare the work tree with (required)")
    )
  },
  Effect.fnUntraced(function* (given) {
    const settings = yield* Connection.config()
    const repository = yield* repositoryOf(given, settings)
    const { changeRow, unknownRow, verdictOf } = yield* comparing
    const { commitOf, commitTree, workTree } = yield* scanning
    const commit = yield* commitOf(given.folder, given.against)
    const before = yield* commitTree(given.folder, commit)
    const { scanned: after } = yield* workTree(
      given.folder,
      (interest) => interest === "contract",
      before
    )
    const { changes, unknown: unread } = ContractDiff.compare(before, after)
    const asked = changes.length === 0 ? quietMesh : yield* mesh(settings)
    const affected = Affected.by(changes, asked.known, asked.tasks, repository)
    const unknown = [...unread, ...unsure(changes, asked, repository)]
    const report: DiffReport = {
      against: given.against,
      commit,
      ...(repository === undefined ? {} : { repository }),
      verdict: verdictOf(affected, unknown),
      changes: affected.map(changeRow),
      unknown: unknown.map(unknownRow)
    }
    yield* Print.data("diff", report, ContractFormat.diff)
    if (report.verdict !== "clear") yield* Failure.quietly(Failure.exitCodes[report.verdict])
  }, Effect.scoped)
).pipe(
  Command.withDescription(
    "Compare the provided contracts of the work tree with a commit, and say who consumes what changed " +
      "and who is at work against it right now; exit 0: nobody is affected, 2: somebody is, " +
      "3: nobody can tell"
  ),
  Command.withExamples([
    { command: "chorus diff --against origin/main", description: "Before pushing: who is affected?" },
    { command: "chorus diff --against v1.4.0 --json ../backend", description: "As JSON, of another folder" }
  ])
)

/** What the mesh knows, and why it could not be asked. */
interface Mesh {
  readonly known: ReadonlyArray<Affected.Consumer>
  readonly tasks: ReadonlyArray<Rows.TaskRow>
  readonly failed?: string
}

const quietMesh: Mesh = { known: [], tasks: [] }

const mesh = Effect.fnUntraced(function* (settings: Config.Config) {
  const asked = yield* Effect.result(
    Effect.gen(function* () {
      const node = yield* Connection.client(settings)
      return { known: yield* node.contracts(), tasks: yield* node.tasks({ all: false }) }
    })
  )
  return Result.match(asked, {
    onSuccess: (answer): Mesh => answer,
    onFailure: ({ message }): Mesh => ({ ...quietMesh, failed: message })
  })
})

/** A breaking change affects nobody only where somebody could have been known to be affected. */
const unsure = (
  changes: ReadonlyArray<ContractDiff.ContractChange>,
  { failed, known }: Mesh,
  own: string | undefined
): ReadonlyArray<Contract.Unknown> => {
  if (!changes.some(({ breaking }) => breaking)) return []
  const others = known.some(({ repository }) => repository !== own)
  if (failed === undefined && others) return []
  return [
    {
      file: "the mesh",
      because: failed ?? "no other repository has stated what it consumes (chorus scan --state)"
    }
  ]
}

export const contracts = Command.make(
  "contracts",
  {
    about: Flag.String("about").pipe(
      Flag.withDescription("Only contracts with this in their name, e.g. /v1/users or table:orders"),
      Flag.withDefault("")
    )
  },
  Effect.fnUntraced(function* ({ about }) {
    const node = yield* Connection.client(yield* Connection.config())
    const rows = yield* node.contracts()
    const isMeant = (contract: string) => contract.toLowerCase().includes(wanted.toLowerCase())
    const wanted = Contract.normalName(about)
    const meant = rows
      .map((row) => ({
        ...row,
        provides: row.provides.filter(({ contract }) => isMeant(contract)),
        consumes: row.consumes.filter(isMeant)
      }))
      .filter(({ consumes, provides }) => about === "" || provides.length + consumes.length > 0)
    yield* Print.data("contracts", meant, ContractFormat.contracts)
  }, Effect.scoped)
).pipe(
  Command.withExamples([
    { command: "chorus contracts --about table:orders", description: "Who builds on a table" }
  ])
)
