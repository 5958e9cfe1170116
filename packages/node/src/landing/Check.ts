/**
 * Checks what an agent promised, in its own work tree.
 *
 * A file and a contract are only read. A command is run by `permission` alone, which the caller has
 * of the operator: the words of a plan may be those of a peer. It gets no input, and ends, with all
 * that it started, after `patience` or with the call.
 */
import * as ContractDiff from "@chorus/coordination-core/contract/ContractDiff"
import * as DoneWhen from "@chorus/coordination-core/plan/DoneWhen"
import type { Kept } from "@chorus/coordination-core/plan/Kept"
import * as Effect from "effect/Effect"
import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { createReadStream, realpathSync, statSync } from "node:fs"
import { join, sep } from "node:path"
import type { Promised } from "../api/LandingRows.ts"
import { plainly } from "../cli/Files.ts"
import * as Print from "../cli/Print.ts"

/** A command that takes longer than this is ended, and has not kept its promise. Minutes. */
export const patienceMinutes = 10

/** A file above this is not read. */
const fileBytesMax = 256 * 1024 * 1024

/**
 * By what a command is confirmed: who types it has seen exactly these words. As long as this, since
 * who writes two commands could soon make them share a short one, and show the harmless one first.
 */
export const fingerprint = (command: string): string =>
  createHash("sha256").update(command).digest("hex").slice(0, 32)

type Outcome = Pick<Kept, "outcome" | "how">

/** What became of a step; a sentence is for people to judge. */
export const check = (
  { done_when, item, plan, session }: Promised,
  folder: string,
  permission: (command: string) => boolean
): Effect.Effect<Kept> => {
  const form = DoneWhen.read(done_when)
  const judged: Effect.Effect<Outcome> = form._tag === "File"
    ? file(folder, form.path, form.sha256)
    : form._tag === "Contract"
    ? contract(folder, form.against)
    : form._tag === "Exit" && permission(form.command)
    ? exit(folder, form.command)
    : Effect.succeed(unchecked(form._tag === "Exit" ? "the command was not run" : "a sentence"))
  return Effect.map(judged, ({ how, outcome }) =>
    ({ session, plan, item, outcome, how: Print.cut(Print.oneLine(how), 160) }))
}

const kept = (how: string): Outcome => ({ outcome: "kept", how })
const broken = (how: string): Outcome => ({ outcome: "broken", how })
const unchecked = (how: string): Outcome => ({ outcome: "unchecked", how })

const file = (folder: string, path: string, sha256: string): Effect.Effect<Outcome> =>
  Effect.promise(async () => {
    try {
      const [top, real] = [realpathSync(folder), realpathSync(join(folder, path))]
      // A link may lead anywhere, and whether a file out there has some content is nobody's business.
      if (!real.startsWith(`${top}${sep}`)) return unchecked("the file lies outside the work tree")
      const { isFile, size } = { isFile: statSync(real).isFile(), size: statSync(real).size }
      if (!isFile || size > fileBytesMax) return unchecked("no file that can be read")
      const hash = createHash("sha256")
      for await (const bytes of createReadStream(real)) hash.update(bytes)
      return hash.digest("hex") === sha256 ? kept("the file is the one promised") : broken("the file differs")
    } catch (cause) {
      return broken(`the file cannot be read: ${plainly(cause)}`)
    }
  })

const contract = (folder: string, against: string): Effect.Effect<Outcome> =>
  Effect.gen(function*() {
    const Scanning = yield* Effect.promise(() => import("../scan/Scanning.ts"))
    const commit = yield* Scanning.commitOf(folder, against)
    const before = yield* Scanning.commitTree(folder, commit)
    const { scanned } = yield* Scanning.workTree(folder, (interest) => interest === "contract", before)
    const { changes, unknown } = ContractDiff.compare(before, scanned)
    const breaking = changes.filter((change) => change.breaking)
    const [first] = breaking
    const since = `against ${commit.slice(0, 12)}`
    if (first !== undefined) return broken(`${breaking.length} contracts break ${since}: ${first.contract}`)
    const [unread] = unknown
    return unread === undefined
      ? kept(`no contract breaks ${since}`)
      : unchecked(`unknown: ${unread.file}: ${unread.because}`)
  }).pipe(Effect.catch(({ message }) => Effect.succeed(unchecked(message))))

const exit = (folder: string, command: string): Effect.Effect<Outcome> =>
  Effect.callback<Outcome>((resume) => {
    const child = spawn("/bin/sh", ["-c", command], {
      cwd: folder,
      // A group of its own, so that what it started can be ended with it; its words go to stderr.
      detached: true,
      stdio: ["ignore", 2, 2]
    })
    child.once("error", (cause) => resume(Effect.succeed(broken(plainly(cause)))))
    child.once("close", (code, signal) => {
      ended(child.pid)
      const how = `it ended with ${code ?? signal}`
      resume(Effect.succeed(code === 0 ? kept(how) : broken(how)))
    })
    return Effect.sync(() => ended(child.pid))
  }).pipe(Effect.timeoutOrElse({
    duration: `${patienceMinutes} minutes`,
    orElse: () => Effect.succeed(broken(`it did not end within ${patienceMinutes} minutes`))
  }))

/** Ends what a command left running. */
const ended = (group: number | undefined): void => {
  try {
    if (group !== undefined) process.kill(-group, "SIGKILL")
  } catch (cause) {
    const { code }: NodeJS.ErrnoException = cause instanceof Error ? cause : new Error(String(cause))
    // Nothing is left, or (on macOS) what is left has ended and was not yet asked for.
    if (code !== "ESRCH" && code !== "EPERM") throw cause
  }
}
