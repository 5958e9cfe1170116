/**
 * A contract: what one repository provides and others build against, by name and by shape.
 *
 * Its name is `kind:key` in the normal form of scopes, so that a task that declares to touch
 * `api:POST /v1/users/:id` and the repository that describes `POST /v1/users/{userId}` speak of
 * the same thing: `api:POST /v1/users/{}`. (docs/rules.md, 5)
 */
import * as Schema from "effect/Schema"
import { compare } from "../replica/Sorted.ts"
import { type Kind, kinds } from "../task/Scope.ts"
import * as ScopeKey from "../task/ScopeKey.ts"
import * as Shape from "./Shape.ts"

/** `kind:key`, at most 180 characters; the kinds of later versions are names like any other. */
export const Name = Schema.String.check(
  Schema.isPattern(/^[a-z]{1,16}:[^\p{Cc}\s][^\p{Cc}]{0,162}$/u, {
    message: "Expected a contract: kind:key, e.g. table:orders"
  })
)

/** A contract that a repository provides. */
export interface Contract {
  readonly name: string
  readonly shape: Shape.Shape
  /** Where it is described. */
  readonly file: string
}

/** A contract that a repository builds against. */
export interface Use {
  readonly name: string
  readonly file: string
}

/** What could not be read, and why: nobody knows what stands in it. */
export interface Unknown {
  readonly file: string
  readonly because: string
  /** The digest of its text, where there is one: equal ones hide no change. */
  readonly digest?: string
}

/** What a repository was found to provide and to consume: each list sorted, each name once. */
export interface Scanned {
  readonly provides: ReadonlyArray<Contract>
  readonly consumes: ReadonlyArray<Use>
  readonly unknown: ReadonlyArray<Unknown>
}

const isName = Schema.is(Name)

/** The name of a contract; undefined where the key is empty or too long to be one. */
export const nameOf = (kind: Kind, key: string): string | undefined => {
  const name = `${kind}:${keyOf(kind, key)}`
  return isName(name) ? name : undefined
}

/** The normal form of scopes, with environment keys as they are written and packages of any version. */
const keyOf = (kind: Kind, key: string): string => {
  const normal = ScopeKey.normal(kind, key)
  return kind === "env"
    ? normal.toUpperCase()
    : kind === "package"
      ? normal.replace(/(?<=.)@.*$/, "")
      : normal
}

/** The name in normal form, of a name or of a declared scope without its operation. */
export const normalName = (text: string): string => {
  const at = text.indexOf(":")
  const kind = kinds.find((each) => each === text.slice(0, at))
  return kind === undefined ? text : `${kind}:${keyOf(kind, text.slice(at + 1))}`
}

/** Findings of many files as one: a contract that several describe has the members of all. */
export const merged = (parts: Iterable<Scanned>): Scanned => {
  const provides = new Map<string, Contract>()
  const consumes = new Map<string, Use>()
  const unknown: Array<Unknown> = []
  for (const part of parts) {
    for (const each of part.provides) {
      const known = provides.get(each.name)
      provides.set(
        each.name,
        known === undefined
          ? each
          : {
              ...known,
              shape: Shape.make([...known.shape, ...each.shape])
            }
      )
    }
    for (const each of part.consumes) if (!consumes.has(each.name)) consumes.set(each.name, each)
    unknown.push(...part.unknown)
  }
  return {
    provides: sorted(provides),
    consumes: sorted(consumes),
    unknown: unknown.sort((a, b) => compare(a.file, b.file) || compare(a.because, b.because))
  }
}

const sorted = <A extends { readonly name: string }>(map: ReadonlyMap<string, A>): ReadonlyArray<A> =>
  [...map.values()].sort((a, b) => compare(a.name, b.name))
