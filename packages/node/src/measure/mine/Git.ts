/**
 * What a local git repository tells: its name, the commits of the branch that is checked out, and
 * which pull requests its merges ended. Reads only; nothing that the repository configures is run.
 */
import * as Effect from "effect/Effect"
import { execFile } from "node:child_process"
import { basename, resolve } from "node:path"
import { promisify } from "node:util"
import * as Failure from "../../cli/Failure.ts"
import { plainly } from "../../cli/Files.ts"
import * as Print from "../../cli/Print.ts"
import type { Commit } from "./Commit.ts"
import type { Merge } from "./Mine.ts"

export interface Repository {
  /** `org/name` as its origin has it, else the name of its folder. */
  readonly name: string
  readonly head: string
  readonly commits: ReadonlyArray<Commit>
  readonly merges: ReadonlyArray<Merge>
}

/** More than this of messages is no repository that is mined at one go. */
const outputBytesMax = 400 * 1024 * 1024

const run = promisify(execFile)

/** Settings by which a repository could have programs run. */
const quiet = ["-c", "log.showSignature=false", "-c", "core.fsmonitor=false"]

const git = (folder: string, ...args: ReadonlyArray<string>) =>
  Effect.tryPromise({
    try: async () => {
      const options = { maxBuffer: outputBytesMax }
      const { stdout } = await run("git", ["-C", folder, ...quiet, ...args], options)
      return stdout
    },
    catch: (cause) => Failure.make("failure", `${folder} cannot be mined: ${said(cause)}`)
  })

export const read = Effect.fnUntraced(function*(folder: string) {
  const head = (yield* git(folder, "rev-parse", "HEAD")).trim()
  const shallow = (yield* git(folder, "rev-parse", "--is-shallow-repository")).trim() === "true"
  if (shallow) yield* Print.say(`${folder} is a shallow clone: links to older commits will be missing`)
  const origin = yield* Effect.orElseSucceed(git(folder, "config", "--get", "remote.origin.url"), () => "")
  const name = nameOf(origin.trim()) ?? basename(resolve(folder)).replaceAll(/[\s#\p{Cc}\p{Cf}]+/gu, "-")
  const commits = yield* git(folder, "log", "-z", "--no-merges", "--format=%H%n%an%n%ae%n%at%n%B", head)
  const merges = yield* git(folder, "log", "-z", "--merges", "--format=%P%n%s", head)
  return {
    name,
    head,
    commits: records(commits).map((record) => commitOf(name, record)).filter(isDated),
    merges: records(merges).flatMap((record) => mergeOf(name, record))
  } satisfies Repository
})

const records = (output: string): ReadonlyArray<string> =>
  output.split("\0").filter((record) => record !== "")

const commitOf = (repository: string, record: string): Commit => {
  const [hash = "", name = "", email = "", seconds = "", ...lines] = record.split("\n")
  return {
    repository,
    hash,
    author: { name, email },
    atMillis: Number(seconds) * 1000,
    message: lines.join("\n").trim()
  }
}

/** A clock may have stood anywhere; beyond these years no moment can be written down. */
const isDated = ({ atMillis }: Commit): boolean => atMillis >= 0 && atMillis < Date.UTC(10_000, 0)

const mergeOf = (repository: string, record: string): ReadonlyArray<Merge> => {
  const [parents = "", subject = ""] = record.split("\n")
  const [, hash] = parents.split(" ")
  const number = /^Merge pull request #(\d+)\b/.exec(subject)?.[1]
  return hash === undefined || number === undefined ? [] : [{ repository, number, hash }]
}

/** `org/name` of `https://host/org/name.git` or `git@host:org/name`; none of a path. */
export const nameOf = (origin: string): string | undefined =>
  /^(?:(?:https?|ssh|git):\/\/[^/]+\/|[\w.-]+@[\w.-]+:)([\w.-]+(?:\/[\w.-]+)+)$/
    .exec(origin.replace(/\/$/, "").replace(/\.git$/, ""))?.[1]

const said = (cause: unknown): string => {
  if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return "git cannot be started"
  const stderr = cause instanceof Error && "stderr" in cause ? String(cause.stderr) : ""
  return stderr.trim() === "" ? plainly(cause) : Print.oneLine(stderr.replace(/^fatal: /, ""))
}
