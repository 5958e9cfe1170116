/**
 * The bookmark of a store: kept at each cleanup, and where reading the store again begins.
 *
 *     rows of the bookmark ──▶ counted and summed; those of what memory held are read and folded
 *     rows after it        ──▶ left to `Restore`
 *
 * Every row passes the store's own check all the same, and of this node's own facts it is read which
 * one they follow, since their chains are checked at each start. (docs/rules.md, 4: restart)
 */
import * as Sum from "@chorus/coordination-core/catchup/Sum"
import * as Bookmark from "@chorus/coordination-core/coordination/Bookmark"
import type * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import * as Chain from "@chorus/coordination-core/fact/Chain"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import { author, type FactId } from "@chorus/coordination-core/identity/FactId"
import type { Moment } from "@chorus/coordination-core/machine/Machine"
import type { FactStore, StoredFact, StoreError } from "@chorus/coordination-core/ports/FactStore"
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import * as Stream from "effect/Stream"
import type * as Met from "./Met.ts"
import * as OwnLogs from "./OwnLogs.ts"
import * as Recall from "./Recall.ts"

/** Keeps what the next start needs. Without it all is folded again, so a full disk is no failure. */
export const keep = (store: FactStore["Service"], state: Coordination.State, gone: Bookmark.Gone) =>
  Effect.suspend(() => {
    const text = Bookmark.of(state, gone)
    return text === undefined ? Effect.void : Effect.ignore(store.setNote(Bookmark.noteName, text))
  })

/** A bookmark, and what was read for it so far. */
export interface Reading {
  readonly bookmark: Bookmark.Bookmark
  readonly wanted: ReadonlySet<FactId>
  readonly seen: { facts: number; sum: Sum.Sum }
  readonly found: Array<Bookmark.Found>
  /** Facts of logs that were being retired: of these the bookmark has no head. */
  readonly others: Array<Fact>
}

/** Begins with the bookmark of a store, if there is one that such a node can use. */
export const begin = Effect.fnUntraced(function*(
  { store }: Recall.Ports,
  initial: Coordination.State
): Effect.fn.Return<Reading | undefined, StoreError> {
  const bookmark = Bookmark.read(yield* store.note(Bookmark.noteName), initial)
  if (bookmark === undefined) return undefined
  const wanted = new Set<FactId>()
  for (const subject of Bookmark.wanted(bookmark)) {
    yield* Stream.runForEachArray(store.about(subject), (page) =>
      Effect.sync(() => {
        for (const { id } of page) wanted.add(id)
      }))
  }
  return { bookmark, wanted, seen: { facts: 0, sum: Sum.zero }, found: [], others: [] }
})

/** So many rows of the bookmark are left to be read. */
export const left = ({ bookmark, seen }: Reading): number => bookmark.facts - seen.facts

/** Reads rows of the bookmark; gives the links of those that are this node's own. */
export const read = Effect.fnUntraced(function*(
  { signer }: Recall.Ports,
  reading: Reading,
  rows: ReadonlyArray<StoredFact>,
  met: Met.Met
): Effect.fn.Return<ReadonlyArray<Chain.Link>, StoreError> {
  const { bookmark: { heads }, found, others, seen, wanted } = reading
  const own: Array<Chain.Link> = []
  for (const kept of rows) {
    seen.facts += 1
    seen.sum = Sum.plus(seen.sum, kept.id)
    const isFound = wanted.has(kept.id)
    const [isOwn, isOther] = [author(kept.log) === signer.self, !HashMap.has(heads, kept.log)]
    if (!isFound && !isOther) {
      if (isOwn) own.push(yield* OwnLogs.linkIn(signer, kept))
      continue
    }
    const fact = yield* Recall.stored(signer, kept, met)
    if (isFound) found.push({ fact, seenAtMillis: kept.seenAtMillis })
    if (isOther) others.push(fact)
    if (isOwn) own.push(Chain.linkOf(fact))
  }
  return own
})

/** The state that memory was in, and undefined if the store does not begin with the bookmark's facts. */
export const end = (
  initial: Coordination.State,
  { bookmark, found, others, seen }: Reading,
  at: Moment
): Coordination.State | undefined =>
  seen.facts === bookmark.facts && Sum.show(seen.sum) === bookmark.sum
    ? Bookmark.resumed(initial, bookmark, found, others, at)
    : undefined
