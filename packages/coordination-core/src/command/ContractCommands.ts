/**
 * The command that states the contracts of a repository.
 *
 * Whoever may speak to a node may state what a repository provides, as with its tasks: a statement
 * is evidence that others weigh, not a claim that binds anybody. (docs/rules.md, 4)
 */
import * as Result from "effect/Result"
import * as Contracts from "../contract/Contracts.ts"
import * as Stating from "../contract/Stating.ts"
import { draft } from "../fact/Draft.ts"
import { type Carried, type Command, type Context, type Refused, refused } from "./Command.ts"

/** States what is new; nothing where the node's last word on the repository is the same. */
export const state = (
  { node, replica }: Context,
  { stated }: Command & { readonly _tag: "StateContracts" }
): Result.Result<Carried, Refused> => {
  const known = Contracts.of(replica.contracts, node)
  const before = known.find(({ repository }) => repository === stated.repository)
  if (before === undefined && known.length >= Contracts.repositoriesMax) {
    return Result.fail(
      refused(
        `this node stated the contracts of ${Contracts.repositoriesMax} repositories; more are not remembered`
      )
    )
  }
  const parts = Stating.parts(stated, before)
  const [first] = parts
  const leftOut =
    first === undefined || first.left_out === 0
      ? ""
      : `; ${first.left_out} more had no room and were left out`
  return Result.succeed({
    drafts: parts.map((part) => draft(part)),
    done: {
      summary:
        first === undefined
          ? `the contracts of ${stated.repository} were stated before, and are the same`
          : `stated ${Object.keys(stated.provides).length} contracts that ${stated.repository} provides ` +
            `and ${stated.consumes.length} that it consumes${leftOut}`
    }
  })
}
