/**
 * The files of a folder as they lie on the disk.
 *
 * No link is followed, so nothing outside the folder is read: what a link inside it leads to lies
 * there under its own name, and a link that leads out is told as unknown where it looks like a
 * description of contracts.
 */
import { foldersLeftOut, interest } from "@chorus/contracts/Scan"
import { compare } from "@chorus/coordination-core/replica/Sorted"
import { constants } from "node:fs"
import { type FileHandle, open, readdir, realpath } from "node:fs/promises"
import { join, sep } from "node:path"
import { plainly } from "../cli/Files.ts"
import * as Tree from "./Tree.ts"

/** Walks the folder, its entries in order of their names; `seen` is told how many were looked at. */
export async function* files(
  folder: string,
  wanted: Tree.Wanted,
  seen: (entries: number) => void = () => undefined,
  limits: Tree.Limits = Tree.limits
): AsyncGenerator<Tree.Found> {
  const root = await realpath(folder)
  const waiting = [""]
  let [entries, bytes] = [0, 0]
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const listed = await listing(join(root, at))
    if (typeof listed === "string") {
      yield Tree.missed(at === "" ? "." : at, listed)
      continue
    }
    for (const entry of listed) {
      if (++entries > limits.entriesMax) {
        yield Tree.missed(
          at === "" ? "." : at,
          `the tree has more than ${limits.entriesMax} entries; the rest was not read`
        )
        return
      }
      seen(entries)
      const path = at === "" ? entry.name : `${at}/${entry.name}`
      if (entry.isDirectory() && !foldersLeftOut.has(entry.name)) waiting.push(path)
      const of = interest(path)
      if (of === "none" || !wanted(of)) continue
      const found = entry.isSymbolicLink()
        ? of === "contract" && (await leadsOut(root, path))
          ? Tree.missed(path, "it is a link that leads out")
          : undefined
        : entry.isFile()
          ? await read(root, path, limits)
          : undefined
      if (found === undefined) continue
      bytes += found._tag === "File" ? found.text.length : 0
      yield found
      if (bytes > limits.bytesMax) {
        yield Tree.missed(
          path,
          `more than ${limits.bytesMax / 1024 / 1024} MiB were read; the rest was not`
        )
        return
      }
    }
  }
}

const listing = async (folder: string) => {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries.sort((a, b) => compare(a.name, b.name))
  } catch (cause) {
    return plainly(cause)
  }
}

const leadsOut = async (root: string, path: string): Promise<boolean> => {
  try {
    return !(await realpath(join(root, path))).startsWith(root + sep)
  } catch {
    return true
  }
}

/** Never through a link, and never waiting for a pipe, whatever took the file's place meanwhile. */
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

const read = async (root: string, path: string, limits: Tree.Limits): Promise<Tree.Found> => {
  let handle: FileHandle | undefined
  try {
    handle = await open(join(root, path), flags)
    const { size } = await handle.stat()
    if (size > limits.fileBytesMax) return Tree.tooLarge(path, limits)
    return Tree.decoded(path, await handle.readFile())
  } catch (cause) {
    return Tree.missed(path, plainly(cause))
  } finally {
    await handle?.close()
  }
}
