/**
 * What a task touches, declared beforehand: `kind:key=operation`.
 *
 * `api:POST /v1/users=replace`, `table:orders=migrate`, `env:JWT_SECRET=add`. Two tasks that name
 * the same key are the strongest evidence of a dependency there is. (docs/rules.md, 5)
 */
import * as Schema from "effect/Schema"
import * as ScopeKey from "./ScopeKey.ts"

export const kinds = [
  "api",
  "schema",
  "table",
  "event",
  "env",
  "flag",
  "package",
  "file",
  "infra"
] as const

export const operations = ["add", "extend", "change", "replace", "remove", "migrate", "use"] as const

export type Kind = typeof kinds[number]
export type Operation = typeof operations[number]

export interface Scope {
  readonly kind: Kind
  readonly key: string
  readonly operation: Operation
}

const form = new RegExp(
  `^(${kinds.join("|")}): {0,4}([^\\p{Cc}\\s][^\\p{Cc}]{0,159})=(${operations.join("|")})$`,
  "u"
)

/** A scope in its written form, at most 180 characters. */
export const Text = Schema.String.check(
  Schema.isPattern(form, {
    message: `Expected a scope: kind:key=operation, e.g. table:orders=migrate ` +
      `(kinds: ${kinds.join(", ")}; operations: ${operations.join(", ")})`
  })
)

/** The scope that a text writes; undefined when it is not of the form. */
export const parse = (text: string): Scope | undefined => {
  const match = form.exec(text)
  if (match === null) return undefined
  const [, kind, key, operation] = match
  // The two tests are what makes these names members of their lists.
  return kinds.includes(kind as Kind) && operations.includes(operation as Operation)
    ? { kind: kind as Kind, key: (key ?? "").trim(), operation: operation as Operation }
    : undefined
}

/** As it was written, without its operation: how a scope is shown. */
export const name = ({ key, kind }: Pick<Scope, "kind" | "key">): string => `${kind}:${key}`

/** The scope with its key in normal form. */
export const normal = (scope: Scope): Scope => ({ ...scope, key: ScopeKey.normal(scope.kind, scope.key) })

/** What two scopes must share to be about the same thing: the kind, and the whole that a key names. */
export const subject = ({ key, kind }: Scope): string => `${kind}:${ScopeKey.placeOf(kind, key).whole}`

/** Are two scopes about things that have something in common? */
export const meet = (one: Scope, other: Scope): boolean =>
  one.kind === other.kind &&
  ScopeKey.meet(one.kind, ScopeKey.placeOf(one.kind, one.key), ScopeKey.placeOf(other.kind, other.key))
