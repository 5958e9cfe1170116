/**
 * Many writes, one fsync: what is asked for in one turn of the event loop shares a transaction.
 *
 * A transaction blocks the event loop, so a group is bounded and the next waits for the next turn.
 * A group that fails is written again one by one: each caller hears its own outcome, and a bad
 * write costs the others nothing. A caller that is interrupted while it waits writes nothing.
 */
import type { StoreError } from "@chorus/coordination-core/ports/FactStore"
import * as Effect from "effect/Effect"
import type { DatabaseSync } from "node:sqlite"

/** Writes in one transaction; with catch-up's batches of 256 KiB that is 16 MiB at most. */
const groupMax = 64

interface Waiting {
  readonly work: () => void
  readonly resume: (outcome: Effect.Effect<void, StoreError>) => void
}

export interface GroupCommit {
  /** Runs `work` inside a transaction and succeeds once that is on the disk; may run it twice. */
  readonly write: (work: () => void) => Effect.Effect<void, StoreError>
  /** Writes what waits, at once. */
  readonly flush: () => void
}

export const make = (
  database: DatabaseSync,
  errorFrom: (cause: unknown) => StoreError
): GroupCommit => {
  const waiting = new Set<Waiting>()

  const write = (work: () => void) =>
    Effect.callback<void, StoreError>((resume) => {
      const own = { work, resume }
      waiting.add(own)
      if (waiting.size === 1) setImmediate(writeNext)
      return Effect.sync(() => waiting.delete(own))
    })

  const flush = () => {
    while (waiting.size > 0) writeGroup(next())
  }

  const writeNext = () => {
    writeGroup(next())
    if (waiting.size > 0) setImmediate(writeNext)
  }

  const next = (): ReadonlyArray<Waiting> => {
    const group = [...waiting].slice(0, groupMax)
    group.forEach((one) => waiting.delete(one))
    return group
  }

  const writeGroup = (group: ReadonlyArray<Waiting>): void => {
    const error = transact(group)
    if (error !== undefined && group.length > 1) return group.forEach((one) => writeGroup([one]))
    for (const one of group) one.resume(error === undefined ? Effect.void : Effect.fail(error))
  }

  const transact = (group: ReadonlyArray<Waiting>): StoreError | undefined => {
    try {
      database.exec("BEGIN IMMEDIATE")
      for (const one of group) one.work()
      database.exec("COMMIT")
      return undefined
    } catch (cause) {
      // A full disk ends the transaction by itself; most errors leave it to us.
      if (database.isOpen && database.isTransaction) database.exec("ROLLBACK")
      return errorFrom(cause)
    }
  }

  return { write, flush }
}
