/**
 * Reads a `.chorus.yaml`, which a stranger may have written: a plain file of a small size, or none.
 *
 * With nothing but Node's own modules, since hooks read it too.
 */
import { readFileSync, statSync } from "node:fs"

/** A file of settings is far shorter. */
const bytesMax = 64 * 1024

/** The text of the file; undefined where there is none. Throws at what is no such file. */
export const read = (path: string): string | undefined => {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return undefined
  if (!found.isFile()) {
    throw new Error(found.isDirectory() ? "it is a folder, and a file is needed" : "it is no plain file")
  }
  if (found.size > bytesMax) throw new Error(`it is longer than ${bytesMax / 1024} KiB`)
  return readFileSync(path, "utf8")
}
