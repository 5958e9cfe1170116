/**
 * What sources call over HTTP and which tables their SQL names: what a repository consumes without
 * saying so in any manifest.
 *
 * A guess from the text, so it is narrow: a call needs a client's name, a verb and a path that
 * begins with a slash or a host; SQL needs its keywords in capitals.
 */
import * as Contract from "@chorus/coordination-core/contract/Contract"
import { consumed, type Reader, type SourceFile } from "./Reading.ts"

const clients =
  "axios|requests|httpx|got|ky|superagent|http|httpClient|client|apiClient|api|session|fetcher|\\$http"

/** `axios.post("/v1/users")`, `requests.get(f"{base}/v1/users")`. */
const called = new RegExp(
  `\\b(?:${clients})\\.(get|post|put|patch|delete|head)(?:<[^<>()\\n]{0,80}>)?` +
    "\\(\\s{0,8}[fF]?[\"'`]([^\"'`\\n]{1,200})",
  "g"
)

/** `fetch("/v1/users", { method: "POST" })`. */
const fetched =
  /\bfetch\(\s{0,8}["'`]([^"'`\n]{1,200})["'`](?:[^)]{0,200}?method\s{0,2}:\s{0,2}["'](\w{3,6})["'])?/g

const queried =
  /\b(?:FROM|JOIN|INTO|UPDATE)\s{1,8}["`]?([A-Za-z_]\w{0,62}(?:\.[A-Za-z_]\w{0,62})?)["`]?/g

export const readSource: Reader = (file) =>
  Contract.merged([
    consumed(file, "api", [
      ...[...file.text.matchAll(called)].flatMap(([, verb = "", url = ""]) => operation(verb, url)),
      ...[...file.text.matchAll(fetched)].flatMap(([, url = "", verb = "get"]) => operation(verb, url))
    ]),
    consumed(file, "table", tables(file))
  ])

/** The path of a URL, its host and what is put in taken for parameters; none of what is no path. */
const operation = (verb: string, url: string): ReadonlyArray<string> => {
  const path = url
    .replace(/^(https?:\/\/[^/]*|\$?\{[^}]*\})(?=\/)/, "")
    .replaceAll(/\$?\{[^}]*\}|%[sd]/g, "{}")
  return /^\/[\w~.{}-]+(\/[\w~.{}-]*)*([?#].*)?$/.test(path) ? [`${verb.toUpperCase()} ${path}`] : []
}

const tables = ({ text }: SourceFile): ReadonlyArray<string> =>
  // Without a statement a FROM is a word of prose or of another language.
  /\b(SELECT\s|INSERT INTO\s|UPDATE\s+\S+\s+SET\s|DELETE FROM\s)/.test(text)
    ? [...text.matchAll(queried)].flatMap(([, table = ""]) =>
        /^(SET|SELECT|THE)$/i.test(table) ? [] : [table]
      )
    : []
