/**
 * The files of a folder as a commit of git has them, without touching the work tree.
 *
 * Git only looks things up here: no hook runs, nothing is fetched, no lock is taken.
 */
import { interest } from "@chorus/contracts/Scan"
import { spawn } from "node:child_process"
import * as Tree from "./Tree.ts"

/** The id of the commit that a name stands for; fails with git's words. */
export const commitOf = async (folder: string, name: string): Promise<string> =>
  (await git(folder, ["rev-parse", "--verify", "--end-of-options", `${name}^{commit}`]))
    .toString("utf8")
    .trim()

/** The files of the folder in the commit, in the order of their paths. */
export async function* files(
  folder: string,
  commit: string,
  wanted: Tree.Wanted,
  limits: Tree.Limits = Tree.limits
): AsyncGenerator<Tree.Found> {
  const listed = (await git(folder, ["ls-tree", "-r", "-z", "-l", commit])).toString("utf8").split("\0")
  const blobs = listed.flatMap((line) => {
    const [, mode, id = "", size = "", path = ""] = /^(\d+) blob (\w+) +(\d+)\t(.*)$/s.exec(line) ?? []
    const of = interest(path)
    return (mode === "100644" || mode === "100755") && of !== "none" && wanted(of)
      ? [{ id, path, size: Number(size) }]
      : []
  })
  let bytes = 0
  for (let at = 0; at < blobs.length; at += batch) {
    const some = blobs.slice(at, at + batch)
    const small = some.filter(({ size }) => size <= limits.fileBytesMax)
    for (const { path } of some.filter((blob) => !small.includes(blob))) yield Tree.tooLarge(path, limits)
    const output = await git(folder, ["cat-file", "--batch"], small.map(({ id }) => `${id}\n`).join(""))
    let from = 0
    for (const { path, size } of small) {
      const start = output.indexOf("\n", from) + 1
      from = start + size + 1
      bytes += size
      yield Tree.decoded(path, output.subarray(start, start + size))
    }
    if (bytes > limits.bytesMax) {
      yield Tree.missed(".", `more than ${limits.bytesMax / 1024 / 1024} MiB were read; the rest was not`)
      return
    }
  }
}

/** So many files are asked for at once. */
const batch = 256

/** A call that takes longer than this is ended. Milliseconds. */
const patience = 60_000

const quiet = { GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0", GIT_NO_LAZY_FETCH: "1", LC_ALL: "C" }

const git = (folder: string, args: ReadonlyArray<string>, input = ""): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const child = spawn("git", ["-C", folder, ...args], {
      env: { ...process.env, ...quiet },
      stdio: ["pipe", "pipe", "pipe"],
      timeout: patience
    })
    const output: Array<Buffer> = []
    let errors = ""
    child.stdout.on("data", (bytes: Buffer) => output.push(bytes))
    child.stderr
      .setEncoding("utf8")
      .on("data", (text: string) => (errors = `${errors}${text}`.slice(0, 2000)))
    child.once("error", (cause) => reject(new Error(`git cannot be run: ${cause.message}`)))
    child.once("close", (code) =>
      code === 0 ? resolve(Buffer.concat(output)) : reject(new Error(wordsOf(errors, code)))
    )
    // Git may end before it has read everything; its exit code tells.
    child.stdin.on("error", () => undefined)
    child.stdin.end(input)
  })

const wordsOf = (errors: string, code: number | null): string => {
  const [first = ""] = errors.split("\n").filter((line) => line.trim() !== "")
  return first.replace(/^fatal: /, "") || `git ended with ${code ?? "a signal"}`
}
