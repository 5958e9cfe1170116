/**
 * Environment keys: an example file says what a repository wants set; its sources say what they read.
 *
 * Values are never looked at, and a real `.env`, which may hold secrets, is never read.
 */
import { consumed, provided, type Reader } from "./Reading.ts"

/** `.env.example` and its sisters. */
export const isExample = (path: string): boolean =>
  /(^|\/)(\.env[\w.-]*\.|\.env[._-]|env\.)(example|sample|template|dist|defaults)$/i.test(path)

export const readExample: Reader = (file) =>
  provided(
    file,
    "env",
    [...file.text.matchAll(/^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w{0,127})[ \t]*=/gm)].map(
      ([, name = ""]) => [name, [{ name: "value", is: "text", side: "out", required: true }]] as const
    )
  )

const name = "([A-Z][A-Z0-9_]{1,127})"
const quoted = `\\(?\\[?\\s{0,4}["']${name}["']`

/** How sources of many languages read a key. */
const reads = new RegExp(
  [
    `\\bprocess\\.env(?:\\?)?(?:\\.${name}\\b|(?:\\?\\.)?${quoted})`,
    `\\bimport\\.meta\\.env\\.${name}\\b`,
    "\\b(?:os\\.environ(?:\\.get)?|(?:os\\.|System\\.)?getenv|os\\.Getenv|os\\.LookupEnv|Deno\\.env\\.get|" +
      `env::var(?:_os)?|ENV(?:\\.fetch)?|std::env::var)${quoted}`
  ].join("|"),
  "g"
)

/** Keys that every machine sets. */
const everybodys = new Set([
  "PATH",
  "HOME",
  "USER",
  "PWD",
  "SHELL",
  "TERM",
  "LANG",
  "TMPDIR",
  "TMP",
  "TEMP",
  "CI",
  "NODE_ENV",
  "EDITOR",
  "HOSTNAME",
  "NO_COLOR",
  "FORCE_COLOR",
  "COLUMNS",
  "DISPLAY",
  "VITEST",
  "APPDATA",
  "USERPROFILE",
  "TZ"
])

/** What a source file reads. */
export const readSource: Reader = (file) =>
  consumed(
    file,
    "env",
    [...file.text.matchAll(reads)].flatMap(([, ...groups]) =>
      groups.filter((group) => group !== undefined && !everybodys.has(group))
    )
  )
