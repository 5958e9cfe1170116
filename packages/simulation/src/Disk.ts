/**
 * A disk that may be slow, full, broken in mid-write, put back from an old copy, or that lost what
 * it said it kept.
 *
 * It is the memory twin of the fact store with faults in front. The product's store syncs before it
 * answers; a disk that loses its latest commits at a crash lied about that, so what it lost is not
 * counted as acknowledged.
 */
import { FactStore, StoreError } from "@chorus/coordination-core/ports/FactStore"
import * as MemoryFactStore from "@chorus/slurp/MemoryFactStore"
import * as Effect from "effect/Effect"
import type { Chance } from "./Chance.ts"
import type * as Faults from "./Faults.ts"

export interface Disk {
  contents: MemoryFactStore.Disk
  /** From now on commits fail, until it is emptied. */
  full: boolean
  /** How long a commit takes at most; at nought it takes no time. */
  slowMillis: number
  /** Of so many commits one fails, and leaves something behind or nothing. */
  failing: number
  /** Did it ever lose what it said it kept? */
  lied: boolean
  /** Commits that failed. */
  failures: number
  /** A copy, as somebody made a backup. */
  copy: MemoryFactStore.Disk | undefined
}

export const make = (): Disk => ({
  contents: MemoryFactStore.emptyDisk(),
  full: false,
  slowMillis: 0,
  failing: 0,
  lied: false,
  failures: 0,
  copy: undefined
})

/** Keeps a copy of what is on the disk now. */
export const backUp = (disk: Disk): void => { disk.copy = copied(disk.contents) }

/** Puts the copy back; false when there is none, or when it is all there is. */
export const putBack = (disk: Disk): boolean => {
  if (disk.copy === undefined || disk.copy.facts.size === disk.contents.facts.size) return false
  disk.contents = copied(disk.copy)
  disk.lied = true
  return true
}

/** Loses the latest facts, and every event; false when there is nothing to lose. */
export const loseSuffix = (disk: Disk, facts: number): boolean => {
  const lost = [...disk.contents.facts.keys()].slice(-facts)
  if (lost.length === 0) return false
  for (const id of lost) {
    disk.contents.facts.delete(id)
    for (const ids of disk.contents.subjects.values()) ids.delete(id)
  }
  disk.lied = true
  return true
}

/** The store of a process on this disk, until the scope closes. */
export const store = Effect.fnUntraced(function*(
  disk: Disk,
  chance: Chance,
  struck: (kind: Faults.Kind) => void
) {
  const inner = yield* MemoryFactStore.make(disk.contents)
  const fail = (reason: "full" | "failed", message: string) => {
    disk.failures += 1
    return Effect.fail(new StoreError({ reason, message }))
  }
  return FactStore.of({
    ...inner,
    commit: Effect.fnUntraced(function*(batch) {
      if (disk.slowMillis > 0) {
        struck("slow disk")
        yield* Effect.sleep(chance.between(1, disk.slowMillis))
      }
      if (disk.full) {
        struck("disk full")
        return yield* fail("full", "the disk is full")
      }
      if (disk.failing > 0 && chance.happens(disk.failing)) {
        struck("failed commit")
        // A failed commit may have left everything behind, or nothing.
        if (chance.happens(0.5)) yield* inner.commit(batch)
        return yield* fail("failed", "the disk broke off")
      }
      yield* inner.commit(batch)
      if (disk.slowMillis > 0) yield* Effect.sleep(chance.between(1, disk.slowMillis))
    })
  })
})

const copied = (
  { delivered, events, facts, notes, subjects }: MemoryFactStore.Disk
): MemoryFactStore.Disk => ({
  facts: new Map(facts),
  subjects: new Map([...subjects].map(([subject, ids]) => [subject, new Set(ids)])),
  events: new Map(events),
  delivered: new Set(delivered),
  notes: new Map(notes),
  inUse: false
})
