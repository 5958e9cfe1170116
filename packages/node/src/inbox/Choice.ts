/**
 * What a person chose: an option of a case by its letter, key or words, or words of the person's own.
 */
import * as Result from "effect/Result"
import type * as InboxRows from "../api/InboxRows.ts"

/** The number of a case, in any of the ways one writes it: `1`, `#1`, `1.`; undefined where it is none. */
export const numberOf = (typed: string): number | undefined => {
  const [, digits] = /^\(?#?(\d{1,9})[.):]?$/u.exec(typed.trim()) ?? []
  return digits === undefined ? undefined : Number(digits)
}

export interface Chosen {
  readonly decision: string
  readonly verdict?: "confirmed" | "dismissed"
}

/**
 * A letter, as the inbox prints it or in capitals, means an option, and so do its words; a few letters
 * are a slip, no ruling. Whoever `dismisses` says that the alert was about nothing.
 */
export const of = (
  item: Pick<InboxRows.InboxItem, "options"> | undefined,
  choice: string,
  dismisses = false
): Result.Result<Chosen, string> => {
  const options = item?.options ?? []
  const [, typed] = /^(?:option\s+)?\(?(\p{L})[).:]?$/iu.exec(choice.trim()) ?? []
  const named = options.find(({ key, option: letter }) =>
    choice === key || (letter !== undefined && typed?.toLowerCase() === letter))
  const alike = options.filter(({ decision, label }) =>
    [decision, label, label.replace(/^as .+? ruled: /u, "")].map(normal).includes(pasted(choice)))
  const option = named ?? alike.find(({ verdict }) => dismisses && verdict === "dismissed") ?? alike[0]
  if (option !== undefined) {
    const { decision, verdict } = option
    if (dismisses && verdict !== "dismissed" && !option.key.startsWith("ruling:")) return Result.fail(both)
    return Result.succeed({ decision, ...verdictOf(dismisses ? "dismissed" : verdict) })
  }
  if (/^(?:option\s+\S{1,3}|\S{1,3})$/iu.test(choice.trim())) {
    const letters = options.flatMap(({ option: letter }) => letter ?? [])
    return Result.fail(
      letters.length === 0
        ? "no case with options waits in this session; say in words what is decided"
        : `there is no option "${choice}": choose ${letters.join(", ")}, or say it in words`
    )
  }
  return Result.succeed({ decision: choice, ...verdictOf(dismisses ? "dismissed" : undefined) })
}

const both = "--dismiss says that the alert was about nothing, the option that there is something to do: " +
  "leave one of them out"

const verdictOf = (verdict: Chosen["verdict"]): Pick<Chosen, "verdict"> =>
  verdict === undefined ? {} : { verdict }

/** A line as the inbox prints it, without its letter and what is said of it. */
const pasted = (line: string): string =>
  normal(line.trim().replace(/^\p{L}\)\s+/u, "").replace(/\s+\(recommended\)$/u, ""))

/** Words as they are compared: how they are spaced, begun and ended makes no other ruling of them. */
const normal = (words: string): string =>
  words.trim().replaceAll(/\s+/gu, " ").replace(/[.!]+$/u, "").toLowerCase()
