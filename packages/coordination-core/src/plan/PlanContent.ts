/**
 * What a plan says: who does what in which order, what to share, what to watch, when it is done.
 *
 * Bounded in count and length, so that a plan always fits a fact. `check` refuses what no agent
 * could follow: unknown owners, doubled ids, steps that wait for each other. (docs/rules.md, 7)
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { list, text } from "../fact/Text.ts"
import { AgentKey } from "../identity/AgentId.ts"
import * as Hash from "../identity/Hash.ts"

/** The short id of an item inside its plan: `1`, `2a`, `spec`. */
const ItemId = Schema.String.check(
  Schema.isPattern(/^[A-Za-z0-9_-]{1,16}$/, { message: "Expected an item id: 1 to 16 letters or digits" })
)

export const PlanItem = Schema.Struct({
  id: ItemId,
  owner: AgentKey,
  action: text(280),
  artefact: Schema.optionalKey(text(160)),
  depends_on: list(ItemId, 12),
  done_when: text(280)
})
export type PlanItem = typeof PlanItem.Type

/** What an order of steps rests on. */
export type Linked = Pick<PlanItem, "id" | "depends_on">

const sentences = list(text(280), 8)

export const PlanContent = Schema.Struct({
  items: list(PlanItem, 12).check(Schema.isMinLength(1)),
  share: sentences,
  watch: sentences,
  success: sentences,
  /** The members agree that the alert was about nothing. */
  nothing_to_do: Schema.optionalKey(Schema.Literal(true))
})
export type PlanContent = typeof PlanContent.Type

/** A plan's content holds at most this many bytes as JSON, so that its fact has room for the rest. */
export const bytesMax = 5000

/** What a reasoner made, as content, or why no agent of `roster` could follow it. */
export const read = (made: unknown, roster: ReadonlyArray<AgentKey>): Result.Result<PlanContent, string> =>
  decode(made).pipe(
    Result.mapError(({ message }) => message.replaceAll("\n", " ")),
    Result.flatMap((content) => check(content, roster))
  )

const decode = Schema.decodeUnknownResult(PlanContent)

/** The content, or why no agent of `roster` could follow it. Cost: items × dependencies. */
export const check = (
  content: PlanContent,
  roster: ReadonlyArray<AgentKey>
): Result.Result<PlanContent, string> => {
  const ids = new Set(content.items.map((item) => item.id))
  if (ids.size < content.items.length) return Result.fail("two items have the same id")
  for (const item of content.items) {
    if (!roster.includes(item.owner)) {
      return Result.fail(`item ${item.id} is owned by ${item.owner}, who is not in the session`)
    }
    const unknown = item.depends_on.find((id) => !ids.has(id))
    if (unknown !== undefined) {
      return Result.fail(`item ${item.id} depends on ${unknown}, which is not in the plan`)
    }
  }
  if (inOrder(content.items).length < content.items.length) {
    return Result.fail("the items wait for each other in a circle")
  }
  return lengthOf(content) > bytesMax
    ? Result.fail(`the plan is longer than ${bytesMax} bytes`)
    : Result.succeed(content)
}

const lengths = new WeakMap<PlanContent, number>()

/** How many bytes the content has, counted once: a plan is looked at for as long as its session. */
const lengthOf = (content: PlanContent): number => {
  const length = lengths.get(content) ?? Hash.byteLength(JSON.stringify(content))
  lengths.set(content, length)
  return length
}

/** The items in an order that respects `depends_on`; what waits in a circle is left out. */
export const inOrder = <A extends Linked>(items: ReadonlyArray<A>): ReadonlyArray<A> => {
  const ordered: Array<A> = []
  const done = new Set<string>()
  for (let turn = 0; turn < items.length; turn++) {
    const next = items.find((item) =>
      !done.has(item.id) && item.depends_on.every((id) => done.has(id))
    )
    if (next === undefined) break
    done.add(next.id)
    ordered.push(next)
  }
  return ordered
}
