/**
 * What a client tells a hook on stdin: JSON as Claude Code gives it, that of others, or nothing.
 */
import { existsSync, realpathSync } from "node:fs"
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path"

/** More than a client says of an edit, which holds the whole text of a file. */
const bytesMax = 32 * 1024 * 1024
/** A client that says something says it at once. */
const patienceMillis = 500

export interface Input {
  /** How the client calls the moment, where it has a name for it. */
  readonly event?: string
  readonly folder?: string
  readonly paths: ReadonlyArray<string>
}

export const nothing: Input = { paths: [] }

/** What comes on stdin until it ends, is too much, or takes too long. */
export const text = (stream: NodeJS.ReadStream): Promise<string> =>
  new Promise((done) => {
    if (stream.isTTY) return done("")
    const chunks: Array<Buffer> = []
    let bytes = 0
    const end = () => {
      clearTimeout(patience)
      stream.destroy()
      done(Buffer.concat(chunks).toString())
    }
    const patience = setTimeout(end, patienceMillis)
    stream.on("data", (chunk: Buffer) => {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes > bytesMax) end()
    })
    stream.once("end", end)
    stream.once("error", end)
  })

/** Throws where there is something, and it is no JSON. */
export const read = (said: string): Input => {
  if (said.trim() === "") return nothing
  const whole = fields(JSON.parse(said))
  const tool = fields(whole["tool_input"] ?? whole["toolInput"] ?? whole["arguments"])
  const [event, folder] = [whole["hook_event_name"], whole["cwd"]]
  return {
    ...(typeof event === "string" ? { event } : {}),
    ...(typeof folder === "string" && isAbsolute(folder) ? { folder } : {}),
    paths: [tool, whole].flatMap((from) => pathKeys.flatMap((key) => texts(from[key])))
  }
}

const pathKeys = ["file_path", "filePath", "notebook_path", "path", "paths", "files"]

const fields = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? { ...value } : {}

const texts = (value: unknown): ReadonlyArray<string> =>
  [value].flat().filter((each): each is string => typeof each === "string" && each !== "")

/** The paths as tasks declare them, from the top of the repository; those outside of it are left out. */
export const within = (top: string, folder: string, paths: ReadonlyArray<string>): ReadonlyArray<string> =>
  [...new Set(paths.map((path) => resolve(folder, path)).flatMap((path) => {
    const direct = relative(top, path)
    // A client may know the repository by another way than the file, where links lead to it.
    const inside = isInside(direct) ? direct : relative(real(top), real(path))
    return isInside(inside) ? [inside] : []
  }))].slice(0, pathsMax)

const isInside = (path: string): boolean =>
  path !== "" && path !== ".." && !path.startsWith(`..${sep}`) && !isAbsolute(path)

/** The path without links; what is about to be made has a folder above it that is there. */
const real = (path: string): string =>
  existsSync(path) || dirname(path) === path ? realpathSync(path) : join(real(dirname(path)), basename(path))

/** A call asks about so many paths. */
const pathsMax = 32
