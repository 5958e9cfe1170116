/**
 * The key of a scope in its normal form, so that two people who write one thing mean one thing.
 *
 *     POST /v1/users/{id} · post /v1/users/:userId/ · POST /v1/users/<id>     →  POST /v1/users/{}
 *     "public"."Orders"."Total" · orders.total · [orders].[total]             →  orders.total
 *     ${JWT_SECRET} · process.env.JWT_SECRET                                  →  jwt_secret
 *     npm:Lodash@^4                                                           →  lodash@^4
 *
 * A key names a whole and, with some kinds, a part of it: a method of a path, a column of a table,
 * a range of versions. Whoever names no part means all of them. Normalising is idempotent.
 * (docs/rules.md, 5)
 */
import type { Kind } from "./Scope.ts"
import * as Versions from "./Versions.ts"

/** What a key names, in its normal form. */
export interface Place {
  readonly whole: string
  /** Empty when all of it is meant. */
  readonly part: string
}

/** The normal form of a key. */
export const normal = (kind: Kind, key: string): string => {
  const { part, whole } = placeOf(kind, key)
  return part === "" ? whole : kind === "api" ? `${part} ${whole}` : `${whole}${joints[kind] ?? ""}${part}`
}

/** What a key names. */
export const placeOf = (kind: Kind, key: string): Place => {
  const folded = spaced(key.toLowerCase())
  const { part, whole } = readers[kind]?.(folded) ?? { whole: folded, part: "" }
  return spaced(whole) === "" ? { whole: folded, part: "" } : { whole: spaced(whole), part: spaced(part) }
}

const spaced = (text: string): string => text.replaceAll(/\s+/g, " ").trim()

/** Do two keys of a kind name things that have something in common? */
export const meet = (kind: Kind, one: Place, other: Place): boolean =>
  one.whole === other.whole && (
    one.part === "" || other.part === "" || one.part === other.part ||
    (kind === "package" && Versions.overlap(one.part, other.part))
  )

const joints: Partial<Record<Kind, string>> = { table: ".", package: "@" }

const methods = /^(get|post|put|patch|delete|head|options|trace|query|mutation|subscription) +/

/** A method, and a path whose parameters have no names. */
const api = (text: string): Place => {
  const bare = text.replace(/^((any|\*) +)+/, "")
  const method = methods.exec(bare)?.[1] ?? ""
  const path = bare.slice(method.length).trim()
  const part = method.toUpperCase()
  if (!path.includes("/")) return { whole: path, part }
  const segments = path.replace(/[?#].*$/, "").split("/").map((segment) => segment.trim())
  return { whole: `/${segments.filter((segment) => segment !== "").map(parameterless).join("/")}`, part }
}

const parameterless = (segment: string): string =>
  segment.startsWith(":") ? "{}" : segment.replaceAll(/\{[^{}<>]*\}|<[^{}<>]*>/g, "{}")

/** Schemas that stand there when nobody names one. */
const usualSchemas = ["public", "dbo", "main"]

/** A table and a column; a schema is named only beside both, or is one that is there anyway. */
const table = (text: string): Place => {
  const names = text.replaceAll(/["'`[\]]/g, "").split(/[.()]/).map((name) => name.trim())
    .filter((name) => name !== "")
  const [whole = "", part = ""] = names.slice(-2)
  return part !== "" && usualSchemas.includes(whole) ? { whole: part, part: "" } : { whole, part }
}

const env = (text: string): Place => ({
  whole: text.replace(/^((process\.)?env\.|\$|[{"' ])+/, "").replace(/[}"' ]+$/, "").replaceAll("-", "_"),
  part: ""
})

const flag = (text: string): Place => ({ whole: text.replaceAll(/[\s._-]+/g, "_"), part: "" })

/** A name, and the versions that are meant. */
const packaged = (text: string): Place => {
  const bare = text.replace(/^((pkg:|npm|pypi|cargo|gem|maven|golang|nuget)[:/])+/, "")
  const [, name = "", range = ""] = /^(@?[^@\s<>=~^!]+)[@\s]*(.*)$/.exec(bare) ?? []
  const versions = range.replaceAll(/={2,}/g, "=").trim()
  return { whole: name.replaceAll("_", "-"), part: versions === "*" || versions === "latest" ? "" : versions }
}

const file = (text: string): Place => ({
  whole: text.replaceAll("\\", "/").split("/").map((segment) => segment.trim())
    .filter((segment) => segment !== "" && segment !== ".").join("/"),
  part: ""
})

const schema = (text: string): Place => ({ whole: text.replaceAll(/["'`]/g, "").trim(), part: "" })

const readers: Partial<Record<Kind, (text: string) => Place>> = {
  api,
  table,
  schema,
  env,
  flag,
  package: packaged,
  file
}
