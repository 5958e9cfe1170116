/**
 * The normal form of what a scope names, so that two ways to write one thing are equal.
 *
 *     api      POST /v1/users/:userId/?page=2   →  POST /v1/users/{}
 *     table    "public"."Orders"                →  orders
 *     package  @org/lib@^2.1                    →  @org/lib@^2.1
 */
import type { Kind } from "./Scope.ts"

/** The normal form of a key of this kind. */
export const normal = (kind: Kind, key: string): string => {
  const words = key.replaceAll(/\s+/g, " ").trim().toLowerCase()
  switch (kind) {
    case "api":
      return api(words)
    case "table":
      return words
        .replaceAll(/["'`[\]]/g, "")
        .trim()
        .replace(/^(public|dbo|main)\.(?=.)/, "")
    case "package":
      return words.replaceAll("_", "-")
    case "file":
      return words.replace(/^(\.?\/)+/, "")
    default:
      return words
  }
}

/** A verb in capitals, then a path without its query, its last slash and the names of its parameters. */
const api = (words: string): string => {
  const [, verb = "", path = words] = /^([a-z]+) (.*)$/.exec(words) ?? []
  if (!path.startsWith("/")) return `${verb.toUpperCase()} ${path}`.trim()
  const [bare = ""] = path.split(/[?#]/)
  const steps = bare
    .split("/")
    .map((step) => step.trim())
    .filter((step) => step !== "")
  const nameless = steps.map((step) => (/^(:.+|\{.*\}|<.*>)$/.test(step) ? "{}" : step))
  return `${verb.toUpperCase()} /${nameless.join("/")}`.trim()
}
