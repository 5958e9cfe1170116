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

/** A group is closed by the write that brings it to so many facts: 16 MiB, were all of them full. */
const factsMax = 1024

/** Writes in one transaction, whatever they write. */
const writesMax = 256

interface Waiting {
  readonly work: () => void
  readonly facts: number
  readonly resume: (outcome: Effect.Effect<void, StoreError>) => void
}

export interface GroupCommit {
  /**
   * Runs `work`, which writes so many facts, inside a transaction and succeeds once that is on the
   * disk; may run it twice.
   */
  readonly write: (work: () => void, facts?: number) => Effect.Effect<void, StoreError>
  /** Writes what waits, at once. */
  readonly flush: () => void
}

export const make = (
  database: DatabaseSync,
  errorFrom: (cause: unknown) => StoreError
): GroupCommit => {
  const waiting = new Set<Waiting>()

  const write = (work: () => void, facts = 0) =>
    Effect.callback<void, StoreError>((resume) => {
      const own = { work, facts, resume }
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
    const group: Array<Waiting> = []
    let facts = 0
    for (const one of waiting) {
      if (facts >= factsMax || group.length === writesMax) break
      group.push(one)
      waiting.delete(one)
      facts += one.facts
    }
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
