/**
 * How a change is referred to, and the footer by which others wait for it. Pure.
 *
 *     https://host/org/api/pull/5    Zuul, Mergify and depends-on-action read addresses
 *     org/api#5                      written out as an address of github.com, which all three read
 *     I8c14…                         a Gerrit Change-Id: Zuul alone reads it, within its own Gerrit
 */

export const pattern = /^(?:https?:\/\/[\w.-]+(?::\d+)?\/[\w./#?=&%+~-]+|[\w.-]+\/[\w.-]+#\d+|I[0-9a-f]{40})$/

export const expected = "Expected an address (https://…), org/name#5 or a Change-Id (I and 40 digits)"

/** The reference in the form that most read; none of what only looks like one: others may have written it. */
export const reference = (text: string | undefined): string | undefined => {
  if (text === undefined || !pattern.test(text)) return undefined
  const [, repository, number] = /^([\w.-]+\/[\w.-]+)#(\d+)$/.exec(text) ?? []
  return repository === undefined ? text : `https://github.com/${repository}/pull/${number}`
}

/** The line for a commit message (Gerrit) or the description of a pull request. */
export const footer = (reference: string): string => `Depends-On: ${reference}`
