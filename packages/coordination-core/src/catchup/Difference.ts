/**
 * Where two nodes differ: what each gives the other, and where to look more closely.
 *
 *     unequal ends ──▶ what lies beyond the shorter one, in either direction
 *     equal ends, unequal heads ──▶ search: sums of ever smaller parts, until one block is left,
 *                                   which both give
 *
 * Parts of whole chapters are told by sums in memory, those inside a chapter by what the store lists.
 *
 * Answers are cut into short stretches that go round the authors, so that one author's flood keeps
 * nobody else's facts waiting. (docs/rules.md, 4)
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import { author, type FactId, type LogId } from "../identity/FactId.ts"
import * as Hash from "../identity/Hash.ts"
import type { NodeId } from "../identity/NodeId.ts"
import { compare } from "../replica/Sorted.ts"
import * as Held from "./Held.ts"
import * as Sum from "./Sum.ts"

export type Logs = HashMap.HashMap<LogId, Held.Held>

/** Per log its head. */
export type Vector = Readonly<Record<LogId, Held.Head>>

/** A stretch of a log, both ends included. */
export interface Stretch {
  readonly log: LogId
  readonly from: number
  readonly upTo: number
}

/** A stretch before it is cut. Few places of a tail, which lies after a gap, need be taken. */
interface Whole extends Stretch {
  readonly isTail: boolean
}

/** Somewhere in blocks `after + 1` to `upTo` of the log two nodes differ. */
export interface Search {
  readonly log: LogId
  readonly after: number
  readonly upTo: number
}

/** The sums of a log from block `after + 1` up to each of some blocks. */
export interface Marks {
  readonly log: LogId
  readonly after: number
  readonly sums: ReadonlyArray<readonly [block: number, sum: string]>
}

/** A fact's id and its place in a log, as a store lists it. */
export interface Listed {
  readonly id: FactId
  readonly seq: number
}

/** A question: what the asker holds of the logs from `after` (exclusive) to `upTo`. */
export interface Asked {
  readonly vector: Vector
  readonly after?: LogId
  readonly upTo?: LogId
  readonly search?: Search
}

/** What one node answers another. */
export interface Reply {
  /** What the asker lacks. */
  readonly gives: ReadonlyArray<Stretch>
  /** Whether it lacks more than that. */
  readonly more: boolean
  /** What the answering node lacks itself. */
  readonly lacks: ReadonlyArray<Stretch>
  readonly marks?: Marks
}

/** A question names this many logs at most; with more logs, several questions go through them. */
export const logsMax = 2048

/** A stretch has this many places at most before it is another author's turn. */
export const stretchMax = 16

/** An answer names this many stretches at most, in either direction. */
export const stretchesMax = 256

/** A search looks at so many parts at once. */
export const marksMax = 16

/** The logs of this node that a question with this beginning is about, and where it ends. */
export const ask = (logs: Logs, after?: LogId): Asked => {
  const known = after === undefined ? beginnings.get(logs) : undefined
  const asked = known ?? askedAfter(logs, after)
  if (after === undefined) beginnings.set(logs, asked)
  return asked
}

/** A node that rests asks the same question round after round. */
const beginnings = new WeakMap<Logs, Asked>()

const askedAfter = (logs: Logs, after: LogId | undefined): Asked => {
  const all = within(logs, after === undefined ? {} : { after })
  const [named, heads] = [all.slice(0, logsMax), vectorOf(logs)]
  const last = named.at(-1)
  return {
    vector: Object.fromEntries(named.flatMap((log) => heads[log] === undefined ? [] : [[log, heads[log]]])),
    ...(after === undefined ? {} : { after }),
    ...(all.length > named.length && last !== undefined ? { upTo: last } : {})
  }
}

/** The head of every log, in the order of their ids. */
export const vectorOf = (logs: Logs): Vector => {
  const known = vectors.get(logs)
  if (known !== undefined) return known
  const sorted = [...HashMap.entries(logs)].sort(([one], [other]) => compare(one, other))
  const vector = Object.fromEntries(sorted.map(([log, { head }]) => [log, head]))
  vectors.set(logs, vector)
  return vector
}

/** A node that rests is asked about the same heads round after round. */
const vectors = new WeakMap<Logs, Vector>()

// The keys of a vector are ids of logs.
const logsIn = (vector: Vector): ReadonlyArray<LogId> => Object.keys(vector) as Array<LogId>

/** A question with the search that it leads to, if it names none itself. */
export const searching = (logs: Logs, asked: Asked): Asked => {
  const search = asked.search ?? unequal(logs, asked.vector, within(logs, asked))
  return search === undefined ? asked : { ...asked, search }
}

/** What a store has to list of a log before this node can look closer at a part of it. */
export const toList = ({ after, log, upTo }: Search): Stretch | undefined =>
  upTo - after <= 1 || isOfChapters({ after, upTo })
    ? undefined
    : { log, from: after * Held.blockSize + 1, upTo: upTo * Held.blockSize }

/**
 * Answers a question that leads to no other search (`searching`) but its own, of which this much is
 * listed (`toList`). `takes` tells whose facts this node would take in.
 */
export const reply = (
  logs: Logs,
  asked: Asked,
  takes: (author: NodeId) => boolean,
  listed: ReadonlyArray<Listed>
): Reply => {
  const { search, vector } = asked
  const [own, here] = [within(logs, asked), vectorOf(logs)]
  const gives = own.flatMap((log) => beyond(log, here[log], vector[log]))
  const lacks = logsIn(vector)
    .filter((log) => takes(author(log)))
    .flatMap((log) => beyond(log, vector[log], here[log]))
  const closer = looked(logs, search, listed)
  const [given, lacking] = [inTurns([...closer.both, ...gives]), inTurns([...closer.both, ...lacks])]
  return {
    gives: given.stretches,
    more: given.more,
    lacks: lacking.stretches,
    ...(closer.marks === undefined ? {} : { marks: closer.marks })
  }
}

/** The part that a peer's sums are of. */
export const searchOf = ({ after, log, sums }: Marks): Search =>
  ({ log, after, upTo: sums.at(-1)?.[0] ?? after })

/** The part of a search in which this node, which lists this much, differs from a peer's sums. */
export const narrowed = (
  logs: Logs,
  marks: Marks,
  listed: ReadonlyArray<Listed>
): Search | undefined => {
  const { after, log, sums } = marks
  const held = Option.getOrUndefined(HashMap.get(logs, log))
  const search = searchOf(marks)
  let before = after
  for (const [block, sum] of held === undefined ? [] : sums) {
    if (block <= before) return undefined
    // What lies before was found equal, so the first sum that differs tells the part.
    if (held !== undefined && Sum.show(sumOf(held, search, block, listed)) !== sum) {
      return { log, after: before, upTo: block }
    }
    before = block
  }
  return undefined
}

/** The sum of a search up to a block: of whole chapters, or of what is listed. */
const sumOf = (
  held: Held.Held,
  { after, upTo }: Search,
  block: number,
  listed: ReadonlyArray<Listed>
): Sum.Sum =>
  isOfChapters({ after, upTo })
    ? Held.sumOf(held, Held.chapterOf(after), Held.chapterOf(block))
    : listed
      .filter(({ seq }) => Held.blockOf(seq) > after && Held.blockOf(seq) <= block)
      .reduce((sum, { id }) => Sum.plus(sum, id), Sum.zero)

/** Does it look at whole chapters? It begins with one then. */
const isOfChapters = ({ after, upTo }: Pick<Search, "after" | "upTo">): boolean =>
  upTo - after > Held.chapterSize

/** The logs that a question is about. */
const within = (logs: Logs, { after, upTo }: Pick<Asked, "after" | "upTo">): ReadonlyArray<LogId> => {
  const all = logsIn(vectorOf(logs))
  return after === undefined && upTo === undefined
    ? all
    : all.filter((log) => (after === undefined || log > after) && (upTo === undefined || log <= upTo))
}

/** What a log has beyond a peer's end of it; nothing where both end at the same places. */
const beyond = (log: LogId, here?: Held.Head, there?: Held.Head): ReadonlyArray<Whole> => {
  if (here === undefined || sameEnds(here, there)) return []
  const from = (there?.seq ?? 0) + 1
  const [trunk, tail] = [
    { log, from, upTo: here.seq, isTail: false },
    { log, from: Math.max(from, here.seq + 1), upTo: Held.topOf(here), isTail: true }
  ]
  return [trunk, tail].filter((stretch) => stretch.from <= stretch.upTo)
}

const sameEnds = (one: Held.Head, other: Held.Head | undefined): boolean =>
  one.seq === other?.seq && Held.topOf(one) === Held.topOf(other)

/** A log that ends at the same places here and there and is not the same; by hash, so all get a turn. */
const unequal = (logs: Logs, vector: Vector, own: ReadonlyArray<LogId>): Search | undefined => {
  const [found] = own
    .flatMap((log) => {
      const [here, there] = [vectorOf(logs)[log], vector[log]]
      return here !== undefined && there !== undefined && sameEnds(here, there) && here.id !== there.id
        ? [{ log, here, turn: Hash.ofText(`${here.id} ${there.id}`) }]
        : []
    })
    .sort((a, b) => compare(a.turn, b.turn))
  return found === undefined
    ? undefined
    : { log: found.log, after: 0, upTo: Held.blockOf(Held.topOf(found.here)) }
}

/** A part as smaller parts; one block is given and asked for as it is. */
const looked = (
  logs: Logs,
  search: Search | undefined,
  listed: ReadonlyArray<Listed>
): { readonly both: ReadonlyArray<Whole>; readonly marks?: Marks } => {
  const held = search && Option.getOrUndefined(HashMap.get(logs, search.log))
  if (search === undefined || held === undefined || search.upTo <= search.after) return { both: [] }
  const { after, log, upTo } = search
  if (upTo - after === 1) {
    const from = after * Held.blockSize + 1
    return { both: [{ log, from, upTo: upTo * Held.blockSize, isTail: false }] }
  }
  const part = Math.ceil((upTo - after) / marksMax)
  const step = isOfChapters(search) ? Held.chapterOf(part) * Held.chapterSize : part
  const sums: Array<Marks["sums"][number]> = []
  for (let nth = 1; nth <= marksMax; nth++) {
    const block = Math.min(upTo, after + nth * step)
    sums.push([block, Sum.show(sumOf(held, search, block, listed))])
    if (block === upTo) break
  }
  return { both: [], marks: { log, after, sums } }
}

/** Short stretches, going round the authors: the first of each, the second of each …, then tails. */
const inTurns = (
  whole: ReadonlyArray<Whole>
): { readonly stretches: ReadonlyArray<Stretch>; readonly more: boolean } => {
  const turns = new Map<NodeId, number>()
  const partsMax = Math.ceil(2 * stretchesMax / Math.max(1, whole.length))
  const stretches = whole
    .flatMap((stretch) => cut(stretch, partsMax).map((part) => ({ part, isTail: stretch.isTail })))
    .map(({ isTail, part }) => {
      const by = author(part.log)
      const turn = turns.get(by) ?? 0
      turns.set(by, turn + 1)
      return { part, by, turn: isTail ? Number.MAX_SAFE_INTEGER : turn }
    })
    .sort((a, b) => a.turn - b.turn || compare(a.by, b.by))
    .slice(0, stretchesMax)
    .map(({ part }) => part)
  return { stretches, more: placesOf(whole) > placesOf(stretches) }
}

const cut = ({ from, isTail, log, upTo }: Whole, partsMax: number): ReadonlyArray<Stretch> =>
  isTail ? [{ log, from, upTo }] : Array.from(
    { length: Math.min(partsMax, Math.ceil((upTo - from + 1) / stretchMax)) },
    (_, part) => ({
      log,
      from: from + part * stretchMax,
      upTo: Math.min(upTo, from + (part + 1) * stretchMax - 1)
    })
  )

const placesOf = (stretches: ReadonlyArray<Stretch>): number =>
  stretches.reduce((sum, { from, upTo }) => sum + upTo - from + 1, 0)
