/**
 * Where a hook runs: whose node, which agent, which repository; with nothing but Node's own modules.
 *
 * The same order as `Config`: flag, environment, `.chorus.yaml`, default. Of the file plain lines
 * alone are read here (`repo: backend`); what is written otherwise is left to the whole command line,
 * which knows all of YAML.
 */
import { homedir } from "node:os"
import { dirname, isAbsolute, join, resolve } from "node:path"
import * as Files from "../cli/Files.ts"
import * as SettingsFile from "../cli/SettingsFile.ts"
import * as Speaker from "../cli/Speaker.ts"

/** The settings that a hook needs, as they are written. */
const names = ["db", "agent", "repo", "claimLease", "blockEdits"] as const
type Name = typeof names[number]
export type Flags = Partial<Record<Name, string>>

export interface Place {
  readonly files: Files.Files
  readonly agent: string
  readonly repository: string | undefined
  /** The same, where a flag or a setting names it. */
  readonly namedRepository: string | undefined
  readonly leaseMillis: number
  readonly blocksSevere: boolean
  /** What paths are relative to. */
  readonly top: string
}

/** Undefined where the settings are written in a way that is not understood here. */
export const of = (folder: string, flags: Flags): Place | undefined => {
  const file = fileAbove(folder)
  if (file === undefined) return undefined
  const value = (name: Name): string | undefined => flags[name] ?? inEnvironment(name) ?? file[name]
  const [agent, repository] = [value("agent"), value("repo")]
  const minutes = Number(value("claimLease") ?? 30)
  return {
    files: Files.of(resolve(folder, value("db") ?? join(dataFolder(), "chorus.db"))),
    agent: agent ?? Speaker.agentOf(Speaker.folderOf(folder)),
    namedRepository: repository,
    repository: repository ?? Speaker.repositoryOf(folder),
    leaseMillis: Math.round((minutes > 0 ? minutes : 30) * 60_000),
    blocksSevere: value("blockEdits") === "severe",
    top: Speaker.topOf(folder) ?? folder
  }
}

const inEnvironment = (name: Name): string | undefined => {
  const found = process.env[`CHORUS_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`]
  return found === "" ? undefined : found
}

const fileAbove = (folder: string): Flags | undefined => {
  const text = textOf(join(folder, ".chorus.yaml"))
  if (text !== undefined) return read(text, folder)
  return dirname(folder) === folder ? {} : fileAbove(dirname(folder))
}

/** A file that cannot be read says nothing that is plain. */
const textOf = (path: string): string | undefined => {
  try {
    return SettingsFile.read(path)
  } catch {
    return "unreadable"
  }
}

/** Plain `name: value` lines, blank ones and comments. */
const read = (text: string, folder: string): Flags | undefined => {
  const found: Flags = {}
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(?:#|$)/.test(line)) continue
    const [, key, written = ""] = /^([A-Za-z]+): +(\S.*)$/.exec(line) ?? []
    if (key === undefined) return undefined
    const name = names.find((each) => each === key)
    if (name === undefined) continue
    const [, plain, quoted] = plainValue.exec(written) ?? []
    const value = plain ?? quoted
    if (value === undefined) return undefined
    found[name] = name === "db" ? resolve(folder, value) : value
  }
  return found
}

/** A word, or what stands between double quotes, and a comment. */
const plainValue = /^(?:([A-Za-z0-9/.][^\s#:"'{}[\]]*)|"([^"\\]+)")\s*(?:\s#.*)?$/

/** Where `UserDirectories` puts the data of a program. */
const dataFolder = (): string => {
  const [xdg, home] = [process.env["XDG_DATA_HOME"], process.env["HOME"] ?? homedir()]
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, "chorus")
  return process.platform === "darwin"
    ? join(home, "Library", "Application Support", "chorus")
    : join(home, ".local", "share", "chorus")
}
