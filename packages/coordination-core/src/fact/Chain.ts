/**
 * The chain of a log: places that follow each other, each fact naming the one before it.
 *
 * A log may begin above 1, since what nobody needs is dropped from its beginning. Whoever else may
 * hold a log with holes (gossip loses facts): the store that wrote it may not. (docs/rules.md, 4)
 */
import type { FactId, LogId, LogNonce } from "../identity/FactId.ts"
import { nonce } from "../identity/FactId.ts"
import type { Fact } from "./Fact.ts"

/** What of a fact makes the chain. */
export interface Link {
  readonly log: LogId
  readonly seq: number
  readonly id: FactId
  /** Absent at place 1. */
  readonly prev?: FactId
}

export const linkOf = ({ id, log, prev, seq }: Fact): Link =>
  ({ id, log, seq, ...(prev === undefined ? {} : { prev }) })

/** Where a chain is broken: the place that is missing, or whose fact does not name the one before. */
export interface Break {
  readonly log: LogId
  readonly seq: number
  readonly is: "missing" | "unlinked"
}

/** Per log a place up to which it was whole once; 0 stands for all that is held of it. */
export type Whole = Readonly<Record<LogNonce, number>>

/** The first break of each log that is named in `whole`, up to its place there. */
export const breaks = (links: ReadonlyArray<Link>, whole: Whole): ReadonlyArray<Break> =>
  logsOf(links).flatMap(([log, inOrder]) => {
    const upTo = whole[nonce(log)]
    return upTo === undefined ? [] : firstBreak(inOrder, upTo === 0 ? inOrder.at(-1)?.seq ?? 0 : upTo)
  })

/** The named logs of which anything is held, each with the place up to which it is whole. */
export const wholeOf = (links: ReadonlyArray<Link>, whole: Whole): Whole =>
  Object.fromEntries(logsOf(links).flatMap(([log, inOrder]) => {
    if (whole[nonce(log)] === undefined) return []
    const last = inOrder.at(-1)?.seq ?? 0
    const [found] = firstBreak(inOrder, last)
    return [[nonce(log), found === undefined ? last : found.seq - 1]]
  }))

/** Places of a log that are not held, both ends included. */
export interface Gap {
  readonly log: LogId
  readonly from: number
  readonly upTo: number
}

/** What is missing from the logs that are named in `whole`, between what is held of each. */
export const gaps = (links: ReadonlyArray<Link>, whole: Whole): ReadonlyArray<Gap> =>
  logsOf(links).flatMap(([log, inOrder]) => {
    const upTo = whole[nonce(log)]
    if (upTo === undefined) return []
    const ends = [...inOrder.map(({ seq }) => seq), upTo + 1]
    return ends.flatMap((end, at) => {
      const from = (ends[at - 1] ?? end - 1) + 1
      return from < end ? [{ log, from, upTo: end - 1 }] : []
    })
  })

const logsOf = (links: ReadonlyArray<Link>) => {
  const logs = new Map<LogId, Array<Link>>()
  for (const link of links) {
    const known = logs.get(link.log)
    if (known === undefined) logs.set(link.log, [link])
    else known.push(link)
  }
  return [...logs].map(([log, own]) => [log, own.sort((a, b) => a.seq - b.seq)] as const)
}

const firstBreak = (inOrder: ReadonlyArray<Link>, upTo: number): ReadonlyArray<Break> => {
  let last: Link | undefined
  // Two facts at one place are a fork and no break: what follows may name either.
  let isForked = false
  for (const link of inOrder) {
    if (link.seq === last?.seq) {
      isForked = true
      continue
    }
    if (link.seq > upTo || (last !== undefined && link.seq > last.seq + 1)) break
    if (last !== undefined && !isForked && link.prev !== last.id) {
      return [{ log: link.log, seq: link.seq, is: "unlinked" }]
    }
    last = link
    isForked = false
  }
  return last === undefined || last.seq >= upTo ? [] : [{ log: last.log, seq: last.seq + 1, is: "missing" }]
}
