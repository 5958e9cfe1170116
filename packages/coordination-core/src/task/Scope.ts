/**
 * What a task touches, declared beforehand: `kind:key=operation`.
 *
 * `api:POST /v1/users=replace`, `table:orders=migrate`, `env:JWT_SECRET=add`. Two tasks that name
 * the same key are the strongest evidence of a dependency there is. (docs/rules.md, 5)
 */
import * as Schema from "effect/Schema"

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

/** What two scopes must share to be about the same thing: kind and key, without regard to case. */
export const subject = (scope: Scope): string => `${scope.kind}:${scope.key.toLowerCase()}`
