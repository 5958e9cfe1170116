/**
 * A commit as mining needs it, and what its message points at. Pure.
 *
 *     Depends-On: I8c14…          Depends-On: https://github.com/org/api/pull/5
 *     Needed-By: org/api#5        Closes org/api#12 · Fixes: #12
 */

export interface Commit {
  readonly repository: string
  readonly hash: string
  readonly author: { readonly name: string; readonly email: string }
  readonly atMillis: number
  readonly message: string
}

/** Names that a change or an issue is called by; each is written in one way only. */
export interface Names {
  /** What the commit is itself: its change ids, its pull request, its review. */
  readonly own: ReadonlyArray<string>
  readonly dependsOn: ReadonlyArray<string>
  readonly neededBy: ReadonlyArray<string>
  /** What it closes or is a part of. */
  readonly issues: ReadonlyArray<string>
}

export const namesOf = ({ message, repository }: Pick<Commit, "message" | "repository">): Names => {
  const named = (footer: RegExp): ReadonlyArray<string> =>
    [...new Set([...message.matchAll(footer)].flatMap(([, value = ""]) => referencesOf(value, repository)))]
  const merged = /\(#(\d+)\)$/.exec(titleOf(message))?.[1]
  return {
    own: [
      ...named(/^change-id:(.*)$/gim),
      ...named(/^reviewed-on:(.*)$/gim),
      ...(merged === undefined ? [] : [numbered(repository, merged)])
    ],
    dependsOn: named(/^depends-on:(.*)$/gim),
    neededBy: named(/^needed-by:(.*)$/gim),
    issues: named(closing)
  }
}

export const titleOf = (message: string): string => message.split("\n", 1)[0]?.trim() ?? ""

/** `org/api#5`, in lower case, as forges do not tell cases apart. */
export const numbered = (repository: string, number: string): string =>
  `${repository}#${number}`.toLowerCase()

/** `Closes org/api#12`, `Fixes: #12`, `Part of https://…`; prose that begins alike names nothing. */
const closing =
  /^(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?|part[- ]of|refs?)(?:: *| +)(\S*(?:#\d|:\/\/).*)$/gim

const referencesOf = (value: string, repository: string): ReadonlyArray<string> => [
  ...[...value.matchAll(/\bI[0-9a-f]{40}\b/g)].map(([id]) => id.toLowerCase()),
  ...[...value.matchAll(review)].map(([, host = "", number = ""]) => `${host}/${number}`.toLowerCase()),
  ...[...value.matchAll(page)].map(([, name = "", number = ""]) => numbered(name, number)),
  ...[...value.matchAll(/(?<![\w/#])([\w.-]+(?:\/[\w.-]+)+)?#(\d+)\b/g)]
    .map(([, name = repository, number = ""]) => numbered(name, number))
]

/** A change on a Gerrit server: `https://review.example.org/c/nova/+/123`, `…/#/c/123/`, `…/123`. */
const review = /https?:\/\/([\w.-]+)\/(?:#\/)?(?:c\/)?(?:[\w./-]+\/\+\/)?(\d+)(?:\/\d*)?(?=[\s,]|$)/g
/** A pull request, merge request or issue of a forge. */
const page = /https?:\/\/[\w.-]+\/([\w.-]+(?:\/[\w.-]+)+?)\/(?:-\/)?(?:pull|issues|merge_requests)\/(\d+)/g
