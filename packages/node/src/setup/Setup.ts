/**
 * `chorus setup`: the files of agent clients, read, planned, shown, written, and taken back.
 *
 *     files ──read──▶ plan: texts before and after, refusals ──shown, asked──▶ journal ──▶ files
 */
import { existsSync, realpathSync, rmdirSync, rmSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import type { ClientFile } from "./Clients.ts"
import * as Journal from "./Journal.ts"
import * as Part from "./Part.ts"
import * as RepositoryFile from "./RepositoryFile.ts"

/** A file as it is, and as it will be; the same text where nothing is to do. */
export interface Change {
  readonly file: string
  readonly before: string | undefined
  readonly after: string | undefined
  readonly parts: Journal.Writing["parts"]
}

export interface Refusal {
  readonly file: string
  readonly because: string
}

export interface Plan {
  readonly changes: ReadonlyArray<Change>
  readonly refusals: ReadonlyArray<Refusal>
}

const readOnly = "it is read-only"

/** What putting the parts of these files in would change. */
export const plan = (
  root: string,
  files: ReadonlyArray<ClientFile>,
  journal: Journal.Journal,
  force: boolean
): Plan => {
  const changes: Array<Change> = []
  const refusals: Array<Refusal> = []
  for (const { names, parts } of files) {
    const file = names.find((name) => existsSync(join(root, name))) ?? names[0]
    const found = RepositoryFile.read(root, file)
    if ("because" in found) {
      refusals.push({ file, because: found.because })
      continue
    }
    const made = changed(found.text, parts, journal.files[file] ?? [], force)
    const { text: before } = found
    if ("because" in made) refusals.push({ file, because: made.because })
    else if (made.parts.length === 0) continue
    else if (RepositoryFile.isReadOnly(root, file)) refusals.push({ file, because: readOnly })
    else changes.push({ file, before, after: made.text, parts: made.parts })
  }
  return { changes, refusals }
}

const changed = (
  before: string | undefined,
  parts: ReadonlyArray<Part.Part>,
  writings: ReadonlyArray<Journal.Writing>,
  force: boolean
): { readonly text: string; readonly parts: Journal.Writing["parts"] } | { readonly because: string } => {
  let text = before ?? ""
  const written: Array<Journal.Writing["parts"][number]> = []
  for (const part of parts) {
    const put = Part.put(text, part, Journal.oursAt(writings, part, text), force)
    if (put._tag === "Refused") return put
    if (put._tag === "Same") continue
    text = put.text
    // JSON in and JSON out: the parts are data, and what was there came from a JSON file.
    written.push({ part, ...(put.was === undefined ? {} : { was: put.was }) } as typeof written[number])
  }
  return { text, parts: written }
}

/** What taking everything back would change. */
export const planUndo = (root: string, journal: Journal.Journal): Plan => {
  const changes: Array<Change> = []
  const refusals: Array<Refusal> = []
  for (const [file, writings] of Object.entries(journal.files)) {
    const found = RepositoryFile.read(root, file)
    const undone = "because" in found
      ? { _tag: "Kept" as const, because: found.because }
      : Journal.undo(found.text, writings)
    const before = "text" in found ? found.text : undefined
    if (undone._tag === "Kept") refusals.push({ file, because: undone.because })
    else if (RepositoryFile.isReadOnly(root, file)) refusals.push({ file, because: readOnly })
    else changes.push({ file, before, after: undone.text, parts: [] })
  }
  return { changes, refusals }
}

/** Writes the changes, each after its entry in the journal. */
export const write = (root: string, changes: ReadonlyArray<Change>, journalFile: string): void => {
  let journal = Journal.read(journalFile, root)
  for (const { after, before, file, parts } of changes) {
    if (after === undefined) continue
    isAsPlanned(root, file, before)
    const writings = journal.files[file] ?? []
    const writing = {
      ...(before === undefined ? {} : { before: Journal.hashOf(before) }),
      after: Journal.hashOf(after),
      ...Journal.stretch(before ?? "", after),
      made: missingFolders(root, file),
      parts
    }
    journal = { ...journal, files: { ...journal.files, [file]: [...writings, writing] } }
    Journal.keep(journalFile, journal)
    RepositoryFile.replace(join(root, file), after)
  }
}

/** Writes what was before, and forgets what was taken back. */
export const writeUndo = (root: string, changes: ReadonlyArray<Change>, journalFile: string): void => {
  let journal = Journal.read(journalFile, root)
  for (const { after, before, file } of changes) {
    isAsPlanned(root, file, before)
    if (after !== undefined) RepositoryFile.replace(join(root, file), after)
    else if (before !== undefined) rmSync(realpathSync(join(root, file)))
    for (const folder of (journal.files[file] ?? []).flatMap(({ made }) => made)) {
      removeEmpty(join(root, folder))
    }
    const { [file]: _, ...files } = journal.files
    journal = { ...journal, files }
    Journal.keep(journalFile, journal)
  }
}

/** Throws where somebody wrote the file since it was read: a person may have looked at the diff for long. */
const isAsPlanned = (root: string, file: string, before: string | undefined): void => {
  const found = RepositoryFile.read(root, file)
  if ("because" in found || found.text !== before) {
    throw new Error(`${file} was changed at this moment; run the same again`)
  }
}

const missingFolders = (root: string, file: string): ReadonlyArray<string> => {
  const missing: Array<string> = []
  for (let folder = dirname(join(root, file)); !existsSync(folder); folder = dirname(folder)) {
    missing.push(relative(root, folder))
  }
  return missing
}

const removeEmpty = (folder: string): void => {
  try {
    rmdirSync(folder)
  } catch (cause) {
    const { code }: NodeJS.ErrnoException = cause instanceof Error ? cause : new Error(String(cause))
    if (code !== "ENOTEMPTY" && code !== "ENOENT") throw cause
  }
}
