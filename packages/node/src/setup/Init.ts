/**
 * `chorus init`: what a repository is called, what it shares with others, and which clients are here.
 */
import type { Scanned } from "@chorus/coordination-core/contract/Contract"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"

/** So many files and consumed contracts are named; `chorus scan` lists all. */
const namedMax = 8

/** How the package that a folder holds is called in its own manifest. */
export const packageName = (root: string): string | undefined => {
  for (const [file, pattern] of manifests) {
    const path = join(root, file)
    if (!existsSync(path)) continue
    const [, name] = pattern.exec(readFileSync(path, "utf8")) ?? []
    // Of `@scope/name` the scope is that of the package, not of the repository.
    if (name !== undefined) return name.replace(/^@[^/]+\//, "").split("/").at(-1)
  }
  return undefined
}

const manifests = [
  ["package.json", /^[{\s][^]*?"name"\s*:\s*"([^"\s]+)"/],
  ["Cargo.toml", /^\[package\][^[]*?^name\s*=\s*"([^"\s]+)"/m],
  ["pyproject.toml", /^\[(?:project|tool\.poetry)\][^[]*?^name\s*=\s*"([^"\s]+)"/m],
  ["go.mod", /^module\s+(\S+)/m]
] as const

/** `openapi.yaml: 14 operations`, a line a file, and what is consumed. */
export const contractWords = ({ consumes, provides, unknown }: Scanned): ReadonlyArray<string> => {
  const files = new Map<string, Map<string, number>>()
  for (const { file, name } of provides) {
    const kinds = files.get(file) ?? new Map<string, number>()
    const kind = name.slice(0, name.indexOf(":"))
    files.set(file, kinds.set(kind, (kinds.get(kind) ?? 0) + 1))
  }
  const names = [...new Set(consumes.map(({ name }) => name))].sort()
  return [
    ...[...files].slice(0, namedMax).map(([file, kinds]) =>
      `${file}: ${[...kinds].map(([kind, count]) => counted(kind, count)).join(", ")}`),
    ...rest(files.size, "files"),
    ...(names.length === 0 ? [] : [
      `consumes ${names.slice(0, namedMax).join(", ")}${names.length > namedMax ? ", …" : ""}` +
        (names.length > namedMax ? ` (${names.length} in all)` : "")
    ]),
    ...(unknown.length === 0 ? [] : [`${unknown.length} could not be read; \`chorus scan\` says why`])
  ]
}

const rest = (count: number, what: string): ReadonlyArray<string> =>
  count > namedMax ? [`and ${count - namedMax} ${what} more; \`chorus scan\` lists them`] : []

/** What people call the contracts of a kind: an endpoint of an API is an operation. */
const plural: Readonly<Record<string, string>> = {
  api: "operation",
  env: "environment variable"
}

const counted = (kind: string, count: number): string =>
  `${count} ${plural[kind] ?? kind}${count === 1 ? "" : "s"}`

/** The settings file of a repository. */
export const settingsText = (repository: string): string =>
  "# Settings of chorus for this repository; `chorus config --explain` lists all that there are.\n" +
  `repo: ${JSON.stringify(repository)}\n`
