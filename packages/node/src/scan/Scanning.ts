/**
 * Scans as effects: a folder on the disk or in a commit, to what it provides and consumes.
 */
import type { Interest } from "@chorus/contracts/Scan"
import * as Scan from "@chorus/contracts/Scan"
import type { Scanned } from "@chorus/coordination-core/contract/Contract"
import * as Effect from "effect/Effect"
import { statSync } from "node:fs"
import * as Failure from "../cli/Failure.ts"
import { plainly } from "../cli/Files.ts"
import * as Print from "../cli/Print.ts"
import * as GitTree from "./GitTree.ts"
import type { Found } from "./Tree.ts"
import * as WorkTree from "./WorkTree.ts"

/** From so many entries on, and after each so many more, the scan tells how far it came. */
const toldEvery = 20_000

/**
 * Scans the folder as it lies on the disk; tells how far it came where that takes long. What described
 * contracts `before` is looked for as such.
 */
export const workTree = Effect.fnUntraced(function* (
  folder: string,
  wanted: (interest: Interest) => boolean = () => true,
  before: Scanned = nothing
) {
  yield* Effect.mapError(
    Effect.try({ try: () => statSync(folder).isDirectory(), catch: (cause) => plainly(cause) }),
    (because) => Failure.make("usage", `${folder} cannot be scanned: ${because}`)
  ).pipe(
    Effect.filterOrFail(
      (isFolder) => isFolder,
      () => Failure.make("usage", `${folder} cannot be scanned: it is a file, and a folder is needed`)
    )
  )
  const told = (entries: number) => {
    if (entries % toldEvery === 0) Effect.runFork(Print.say(`scan: ${entries} entries of ${folder} …`))
  }
  const described = new Set(before.provides.map(({ file }) => file))
  return yield* read((signal) => until(signal, WorkTree.files(folder, wanted, told)), described)
})

/** The commit that a name stands for. Without it no comparison could run, so the outcome is unknown. */
export const commitOf = (folder: string, name: string): Effect.Effect<string, Failure.Failure> =>
  Effect.tryPromise({
    try: () => GitTree.commitOf(folder, name),
    catch: (cause) => {
      const said = plainly(cause)
      const why = said.includes("Needed a single revision") ? "git knows no commit by this name" : said
      return Failure.make("unknown", `nothing was compared: ${name} in ${folder}: ${why}`)
    }
  })

/** The commit that the work tree stands on, where it is git's and has one. */
export const commitHere = (folder: string): Effect.Effect<string | undefined> =>
  Effect.orElseSucceed(commitOf(folder, "HEAD"), () => undefined)

/** Scans the folder as a commit has it: what describes contracts. */
export const commitTree = (folder: string, commit: string) =>
  Effect.mapError(
    Effect.map(
      read((signal) =>
        until(
          signal,
          GitTree.files(folder, commit, (interest) => interest === "contract")
        )
      ),
      ({ scanned }) => scanned
    ),
    ({ message }) => Failure.make("unknown", `nothing was compared: ${message}`)
  )

const nothing: Scanned = { provides: [], consumes: [], unknown: [] }

const read = (files: (signal: AbortSignal) => AsyncIterable<Found>, described?: ReadonlySet<string>) =>
  Effect.tryPromise({
    try: async (signal) => {
      const scan = Scan.start(described)
      let count = 0
      for await (const found of files(signal)) {
        if (found._tag === "Missed") scan.miss(found.path, found.because)
        else {
          count++
          scan.add(found)
        }
      }
      return { files: count, scanned: scan.end() }
    },
    catch: (cause) => Failure.make("failure", plainly(cause))
  })

/** The items until the signal comes. */
async function* until<A>(signal: AbortSignal, items: AsyncIterable<A>): AsyncGenerator<A> {
  for await (const item of items) {
    if (signal.aborted) return
    yield item
  }
}
