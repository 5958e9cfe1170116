/**
 * A file of a repository that set-up reads and writes: inside of it, as text, and in one step.
 */
import { randomBytes } from "node:crypto"
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync,
  statSync, writeFileSync } from "node:fs"
import { dirname, join, sep } from "node:path"
import { plainly } from "../cli/Files.ts"

/** Set-up reads no file that is larger. */
const bytesMax = 4 * 2 ** 20

/** The text of a file, none where there is no file, or why it is not touched. */
export type Found = { readonly text: string | undefined } | { readonly because: string }

export const read = (root: string, file: string): Found => {
  const path = join(root, file)
  try {
    const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
    if (isLink && !existsSync(path)) return { because: "it is a link that leads nowhere" }
    if (leadsOut(root, path)) return { because: "it leads out of the repository" }
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return { text: undefined }
    const stats = statSync(path)
    if (!stats.isFile()) return { because: "it is no file" }
    if (stats.size > bytesMax) return { because: `it is larger than ${bytesMax / 2 ** 20} MiB` }
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
    return { text: decoder.decode(readFileSync(path)) }
  } catch (cause) {
    return { because: cause instanceof TypeError ? "it is not UTF-8 text" : plainly(cause) }
  }
}

/** Did its owner forbid to write it? A file is replaced in its folder, where nothing would stop that. */
export const isReadOnly = (root: string, file: string): boolean => {
  const stats = statSync(join(root, file), { throwIfNoEntry: false })
  return stats !== undefined && (stats.mode & 0o222) === 0
}

/** Links are followed inside the repository alone. */
const leadsOut = (root: string, path: string): boolean => {
  let there = path
  while (lstatSync(there, { throwIfNoEntry: false }) === undefined) there = dirname(there)
  const real = realpathSync(there)
  return real !== realpathSync(root) && !real.startsWith(realpathSync(root) + sep)
}

/** In one step, so that whoever reads at this moment sees the old file or the new one; its mode stays. */
export const replace = (path: string, text: string, newMode = 0o644): void => {
  mkdirSync(dirname(path), { recursive: true })
  const real = existsSync(path) ? realpathSync(path) : path
  const known = statSync(real, { throwIfNoEntry: false })
  const draft = `${real}.${randomBytes(6).toString("hex")}.draft`
  try {
    writeFileSync(draft, text, { flag: "wx", mode: newMode })
    if (known !== undefined) chmodSync(draft, known.mode & 0o777)
    renameSync(draft, real)
  } catch (cause) {
    rmSync(draft, { force: true })
    throw cause
  }
}
