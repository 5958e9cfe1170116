/**
 * What a person chose: an option of a case by its letter or key, or words of the person's own.
 */
import * as Result from "effect/Result"
import type * as InboxRows from "../api/InboxRows.ts"

export interface Chosen {
  readonly decision: string
  readonly verdict?: "confirmed" | "dismissed"
}

/** One letter means an option, so that a slip of the finger is no ruling. */
export const of = (
  item: Pick<InboxRows.InboxItem, "options"> | undefined,
  choice: string
): Result.Result<Chosen, string> => {
  const option = item?.options.find(({ key, option: letter }) => choice === key || choice === letter)
  if (option !== undefined) {
    const { decision, verdict } = option
    return Result.succeed({ decision, ...(verdict === undefined ? {} : { verdict }) })
  }
  if (/^\S$/u.test(choice)) {
    const letters = item?.options.flatMap(({ option: letter }) => letter ?? []) ?? []
    return Result.fail(
      letters.length === 0
        ? `the case offers no options; say in words what is decided`
        : `there is no option "${choice}": choose ${letters.join(", ")}, or say it in words`
    )
  }
  return Result.succeed({ decision: choice })
}
