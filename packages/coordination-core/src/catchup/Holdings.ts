/**
 * What a node holds of all logs, and what it answers a peer that holds something else. A fold.
 *
 * The caller promises that facts are held once. (docs/rules.md, 4)
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import type { Fact } from "../fact/Fact.ts"
import type { LogId } from "../identity/FactId.ts"
import type { NodeId } from "../identity/NodeId.ts"
import * as Difference from "./Difference.ts"
import * as Held from "./Held.ts"
import * as Sum from "./Sum.ts"

export interface Holdings {
  readonly heads: Difference.Logs
  /** The sum of all heads. */
  readonly sum: Sum.Sum
}

export const none: Holdings = { heads: HashMap.empty(), sum: Sum.zero }

/** Takes facts in: the logs that they belong to, and the sum. */
export const grown = (before: Holdings, facts: ReadonlyArray<Fact>): Holdings => {
  let { heads, sum } = before
  for (const [log, some] of Map.groupBy(facts, (fact) => fact.log)) {
    const known = Option.getOrUndefined(HashMap.get(heads, log))
    const next = Held.add(known, log, some)
    heads = HashMap.set(heads, log, next)
    sum = Sum.plus(known === undefined ? sum : Sum.minus(sum, known.head.id), next.head.id)
  }
  return { heads, sum }
}

/** Is there room for the fact? What is too far ahead of its log comes again, after what it follows. */
export const hasRoom = ({ heads }: Holdings, { log, prev, seq }: Fact): boolean => {
  const known = Option.getOrUndefined(HashMap.get(heads, log))
  return known === undefined || known.looseCount < Held.looseMax ||
    (seq === known.seq + 1 && prev === known.last)
}

/** The last place of each log of a node, as far as this node holds them. */
export const placesOf = ({ heads }: Holdings, node: NodeId): ReadonlyArray<readonly [LogId, number]> =>
  [...HashMap.entries(heads)].flatMap(([log, { head }]) =>
    log.startsWith(`${node}/`) ? [[log, Held.topOf(head)] as const] : []
  )

/** How a node answers a peer: what its store has to list before, and then the answer. */
export interface Answering {
  readonly lists: Difference.Stretch | undefined
  readonly reply: (listed: ReadonlyArray<Difference.Listed>) => Difference.Reply
}

/**
 * What a node answers a peer that gave it these facts; they count as held already, so that the peer
 * hears what is lacking after them.
 */
export const answering = (
  holdings: Holdings,
  asked: Difference.Asked,
  given: ReadonlyArray<Fact>,
  takes: (author: NodeId) => boolean
): Answering => {
  const { heads } = grown(holdings, given)
  const about = Difference.searching(heads, asked)
  const lists = about.search && Difference.toList(about.search)
  const among = given.filter(({ log, seq }) =>
    log === lists?.log && seq >= lists.from && seq <= lists.upTo
  )
  return {
    lists,
    reply: (listed) => {
      const all = new Map([...listed, ...among].map((each) => [each.id, each]))
      return Difference.reply(heads, about, takes, [...all.values()])
    }
  }
}
