/**
 * Which files of a repository say something about contracts, and what they say together.
 *
 *     path ──interest──▶ contract | source | none
 *     files ──add──▶ findings of each ──end──▶ one `Scanned`: provides, consumes, unknown
 *
 * What others publish is consumed: a description in a folder of clients, of generated or of foreign
 * code tells what this repository calls. Tests, dependencies and what a build made are left out.
 * A file that is a description by its name, or that was one before, and is none now is unknown: what
 * stood in it is not gone for that.
 */
import * as Contract from "@chorus/coordination-core/contract/Contract"
import * as Backstage from "./Backstage.ts"
import * as Calls from "./Calls.ts"
import * as EnvKeys from "./EnvKeys.ts"
import * as Graphql from "./Graphql.ts"
import * as Manifests from "./Manifests.ts"
import * as OpenApi from "./OpenApi.ts"
import * as Protobuf from "./Protobuf.ts"
import { nothing, type Reader, type SourceFile, unknown } from "./Reading.ts"
import * as Sql from "./Sql.ts"

/** A contract file describes what is provided; a source file shows what is consumed. */
export type Interest = "contract" | "source" | "none"

/** Folders in which nothing is the repository's own. */
export const foldersLeftOut: ReadonlySet<string> = new Set([
  ".git",
  ".hg",
  ".svn",
  "node_modules",
  "bower_components",
  "vendor",
  "third_party",
  "site-packages",
  ".venv",
  "venv",
  "__pycache__",
  ".tox",
  "dist",
  "build",
  "out",
  "target",
  "coverage",
  ".next",
  ".cache",
  ".terraform",
  "test",
  "tests",
  "__tests__",
  "testdata",
  "fixtures",
  "__fixtures__",
  "__mocks__",
  "e2e"
])

const sources = /\.(?:[cm]?[jt]sx?|py|go|rs|rb|java|kt|cs|php|ex|exs|scala|swift)$/
const tested = /[._-](?:test|spec)\.\w+$|(?:^|\/)test_\w+\.py$|_test\.go$/

/** What may stand in a file, by its path alone. */
export const interest = (path: string): Interest => {
  if (
    path
      .split("/")
      .slice(0, -1)
      .some((folder) => foldersLeftOut.has(folder))
  )
    return "none"
  if (Manifests.readerOf(path) !== undefined || EnvKeys.isExample(path) || Backstage.isCatalog(path))
    return "contract"
  if (/\.(ya?ml|json)$/.test(path))
    return /(^|\/)(package-lock|pnpm-lock|tsconfig[\w.]*)\./.test(path) ? "none" : "contract"
  if (/\.(graphqls?|gql|proto|sql)$/.test(path)) return "contract"
  return sources.test(path) && !tested.test(path) ? "source" : "none"
}

/** A scan that goes on: files are added in any order. */
export interface Scan {
  readonly add: (file: SourceFile) => void
  /** What could not be read at all. */
  readonly miss: (file: string, because: string) => void
  readonly end: () => Contract.Scanned
}

/** Begins a scan; `described` are the files that are known to have described contracts before. */
export const start = (described: ReadonlySet<string> = new Set()): Scan => {
  const found: Array<Contract.Scanned> = []
  const migrations: Array<SourceFile> = []
  const foreign: Array<SourceFile> = []
  return {
    add: (file) => {
      const wasRead = described.has(file.path)
      if (isSql(file.path) && !(wasRead && !shapesTables.test(file.text))) {
        ;(isForeign(file.path) ? foreign : migrations).push(file)
      } else {
        const one = readerOf(file, wasRead)(file)
        found.push(isForeign(file.path) ? turned(one) : one)
      }
    },
    miss: (file, because) => found.push({ ...nothing, unknown: [{ file, because }] }),
    end: () => Contract.merged([...found, Sql.read(migrations), turned(Sql.read(foreign))])
  }
}

/** Everything at once. */
export const read = (
  files: Iterable<SourceFile>,
  described?: ReadonlySet<string>
): Contract.Scanned => {
  const scan = start(described)
  for (const file of files) scan.add(file)
  return scan.end()
}

const foreignFolders = /(^|\/)(clients?|generated|gen|external|upstream|consumes|consumed)\//i

const isForeign = (path: string): boolean =>
  foreignFolders.test(path) && interest(path) === "contract" && Manifests.readerOf(path) === undefined

/** What another repository provides is consumed here. */
const turned = ({ provides, unknown }: Contract.Scanned): Contract.Scanned => ({
  provides: [],
  consumes: provides
    .filter(({ name }) => !name.startsWith("schema:"))
    .map(({ file, name }) => ({ name, file })),
  unknown
})

const isSql = (path: string): boolean => path.endsWith(".sql")

/** A migration without any such word shapes nothing. */
const shapesTables = /\b(?:create|alter|drop)\b/i

const readerOf = ({ path, text }: SourceFile, wasRead: boolean): Reader => {
  if (Backstage.isCatalog(path)) return Backstage.read(readDefinition)
  if (EnvKeys.isExample(path)) return EnvKeys.readExample
  if (/\.(ya?ml|json)$/.test(path) && OpenApi.looksLike(text)) return OpenApi.read
  if (/\.(graphqls?|gql)$/.test(path)) {
    return definesTypes.test(text) ? Graphql.read : wasRead ? lost : () => nothing
  }
  if (path.endsWith(".proto")) return Protobuf.read
  const manifest = Manifests.readerOf(path)
  if (manifest !== undefined) return manifest
  if (isSql(path)) return lost
  if (OpenApi.isNamed(path) || wasRead) return OpenApi.read
  return interest(path) === "source" ? readSource : () => nothing
}

const lost: Reader = (file) => unknown(file, "it described contracts, and is no description any more")

/** The definition of an API that stands in a catalog. */
const readDefinition: Reader = (file) => (OpenApi.looksLike(file.text) ? OpenApi.read(file) : nothing)

/** A file of queries alone describes nothing that is provided. */
const definesTypes = /^\s*(?:extend\s+)?(?:type|input|enum|interface|union|scalar|schema)\b/m

const readSource: Reader = (file) => Contract.merged([EnvKeys.readSource(file), Calls.readSource(file)])
