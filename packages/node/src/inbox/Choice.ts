/**
 * What a person chose: an option of a case by its letter or key, or words of the person's own.
 */
import * as Result from "effect/Result"
import type * as InboxRows from "../api/InboxRows.ts"

export interface Chosen {
  readonly decision: string
  readonly verdict?: "confirmed" | "dismissed"
}

/** A letter, as the inbox prints it or in capitals, means an option; a few letters are a slip, no ruling. */
export const of = (
  item: Pick<InboxRows.InboxItem, "options"> | undefined,
  choice: string
): Result.Result<Chosen, string> => {
  const [, typed] = /^\(?(\p{L})[).:]?$/u.exec(choice) ?? []
  const option = item?.options.find(({ key, option: letter }) =>
    choice === key || (letter !== undefined && typed?.toLowerCase() === letter))
  if (option !== undefined) {
    const { decision, verdict } = option
    return Result.succeed({ decision, ...(verdict === undefined ? {} : { verdict }) })
  }
  if (/^\S{1,3}$/u.test(choice)) {
    const letters = item?.options.flatMap(({ option: letter }) => letter ?? []) ?? []
    return Result.fail(
      letters.length === 0
        ? "no case with options waits in this session; say in words what is decided"
        : `there is no option "${choice}": choose ${letters.join(", ")}, or say it in words`
    )
  }
  return Result.succeed({ decision: choice })
}
