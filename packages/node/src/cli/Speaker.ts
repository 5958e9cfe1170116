/**
 * Who speaks and from which repository, where no setting says so.
 *
 * The repository is the one that `origin` names, as `owner/name`, else the name of its folder. The
 * agent is named after the work tree that it works in, or outside of any after its folder: so it
 * keeps its name from one start to the next, hooks, MCP and verbs give it the same one, and agents in
 * different work trees of one repository have different ones. With nothing but Node's own modules,
 * because hooks ask as well.
 */
import { createHash } from "node:crypto"
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"

/** Where an agent works: in the project of its client, else where the client says, else here. */
export const folderOf = (said?: string): string => {
  const project = process.env["CLAUDE_PROJECT_DIR"]
  return project !== undefined && existsSync(project) ? project : said ?? process.cwd()
}

/** `backend-3fa9`: the name of the work tree's folder, and a bit of where it is. */
export const agentOf = (folder: string): string => {
  const here = realpathSync(folder)
  const top = topOf(here) ?? here
  const where = createHash("sha256").update(top).digest("hex").slice(0, 4)
  const name = basename(top).replaceAll(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "")
  return `${name === "" ? "agent" : name.slice(0, 59)}-${where}`
}

/** The repository that a folder lies in; none when its name could not be one. */
export const repositoryOf = (folder: string): string | undefined => {
  const top = topOf(folder)
  const name = (top === undefined ? undefined : originOf(top)) ?? basename(top ?? folder)
  // What the node takes for a repository (`TaskKey`).
  return /^[^\s#\p{Cc}\p{Cf}]{1,140}$/u.test(name) && Buffer.byteLength(name) <= 140 ? name : undefined
}

/** The work tree that a folder lies in. */
export const topOf = (folder: string): string | undefined => {
  if (existsSync(join(folder, ".git"))) return folder
  return dirname(folder) === folder ? undefined : topOf(dirname(folder))
}

/** The repository as its remote names it. */
export const remoteOf = (folder: string): string | undefined => {
  const top = topOf(folder)
  return top === undefined ? undefined : originOf(top)
}

/** `owner/name` of the remote that a clone has by itself. */
const originOf = (top: string): string | undefined => {
  const config = join(gitFolder(top), "config")
  if (!existsSync(config)) return undefined
  const [, url] = /^\[remote "origin"\][^[]*?^\s*url\s*=\s*(\S+)/m.exec(readFileSync(config, "utf8")) ?? []
  return /([^/:]+)[/:]([^/:]+?)(?:\.git)?\/*$/.exec(url ?? "")?.slice(1).join("/")
}

/** Where the settings of a repository are; a work tree and a submodule name theirs in a file. */
const gitFolder = (top: string): string => {
  const git = join(top, ".git")
  if (statSync(git).isDirectory()) return git
  const [, named = git] = /^gitdir: *(.+)$/m.exec(readFileSync(git, "utf8")) ?? []
  const own = resolve(top, named.trim())
  const shared = join(own, "commondir")
  return existsSync(shared) ? resolve(own, readFileSync(shared, "utf8").trim()) : own
}
