/**
 * What is asked of a detector over a labelled history: which partner should it find, and when.
 *
 *     first day ──30 days warm up──▶ each task arrives, looks back 30 days ──▶ until
 *
 * A link counts at its later end, and only when its earlier end arrived inside the window; links
 * inside one repository count nowhere. Pure.
 */
import type { Recorded } from "../replay/Recording.ts"

/** The ends are places in `tasks`. */
export interface Link {
  /** Depends on `to`. */
  readonly from: number
  readonly to: number
  /** For reporting only. */
  readonly sameAuthor: boolean | undefined
}

export interface History {
  /** In the order in which they arrive. */
  readonly tasks: ReadonlyArray<Recorded>
  readonly links: ReadonlyArray<Link>
}

export interface Bounds {
  /** The first moment that is evaluated; what lies before it warms up. */
  readonly fromMillis?: number | undefined
  /** What arrives at this moment or later is not looked at. */
  readonly untilMillis?: number | undefined
  /** Repositories whose tasks are not counted as code. */
  readonly notCode: ReadonlySet<string>
}

export interface Questions {
  readonly tasks: ReadonlyArray<Recorded>
  /** The first task that is evaluated. */
  readonly first: number
  /** Of each task, the first that lies inside its window. */
  readonly windowStart: Int32Array
  /** The earlier partners of an arriving task. */
  readonly partners: ReadonlyMap<number, ReadonlySet<number>>
  /** The links in the order in which they become known, with when. */
  readonly known: ReadonlyArray<Known>
  readonly strata: Strata
  readonly counts: Counts
}

export interface Known {
  readonly link: Link
  readonly knownMillis: number
}

/** Which of the linked tasks a column is about. */
export interface Strata {
  readonly code: ReadonlySet<number>
  readonly differentAuthors: ReadonlySet<number>
  /** The pairs of two people: of each later end, its earlier ones. */
  readonly differentPairs: ReadonlyMap<number, ReadonlySet<number>>
}

export interface Counts {
  readonly evaluated: number
  readonly linked: number
  /** Links with both ends inside a window, and the others whose later end is evaluated. */
  readonly links: number
  readonly linksBeyond: number
  /** Of `links`, those between two people. */
  readonly linksOfTwo: number
  /** How many tasks a window holds on average. */
  readonly candidates: number
}

/** What a smaller mesh would have seen: one in so many tasks, and of the links as many alike. */
export const thinned = ({ links, tasks }: History, oneIn: number): History => {
  const isDrawn = (nth: number): boolean => (Math.imul(nth + 1, spread) >>> 0) < 2 ** 32 / oneIn
  const linked = new Set(links.flatMap(({ from, to }) => [from, to]))
  const drawn = new Set(links.flatMap(({ from, to }, nth) => isDrawn(nth) ? [from, to] : []))
  const places = new Map<number, number>()
  tasks.forEach((_, at) => {
    if (linked.has(at) ? drawn.has(at) : isDrawn(at)) places.set(at, places.size)
  })
  return {
    tasks: tasks.filter((_, at) => places.has(at)),
    links: links.flatMap(({ from, sameAuthor, to }) => {
      const [one, other] = [places.get(from), places.get(to)]
      return one === undefined || other === undefined ? [] : [{ from: one, to: other, sameAuthor }]
    })
  }
}

/** Multiples of it spread evenly over 32 bits. */
const spread = 0x9e3779b1

export const dayMillis = 86_400_000
export const windowMillis = 30 * dayMillis
/** A link is known so long after its later end arrived. */
const confirmationMillis = dayMillis

export const questions = (history: History, { fromMillis, notCode, untilMillis }: Bounds): Questions => {
  const tasks = untilMillis === undefined
    ? history.tasks
    : history.tasks.filter(({ atMillis }) => atMillis < untilMillis)
  const warmMillis = (tasks[0]?.atMillis ?? 0) + windowMillis
  const startMillis = Math.max(warmMillis, fromMillis ?? warmMillis)
  const firstFound = tasks.findIndex(({ atMillis }) => atMillis >= startMillis)
  const first = firstFound < 0 ? tasks.length : firstFound
  const windowStart = windowsOf(tasks)
  let candidates = 0
  for (let at = first; at < tasks.length; at++) candidates += at - (windowStart[at] ?? 0)
  const links = history.links.filter(({ from, to }) =>
    from < tasks.length && to < tasks.length && tasks[from]?.repository !== tasks[to]?.repository)
  const asked = links.filter((link) => later(link) >= first)
  const within = asked.filter((link) => earlier(link) >= (windowStart[later(link)] ?? 0))
  const partners = pairs(within)
  const ofTwo = within.filter(({ sameAuthor }) => sameAuthor === false)
  const evaluated = tasks.length - first
  return {
    tasks,
    first,
    windowStart,
    partners,
    known: links
      .map((link) => ({ link, knownMillis: millisAt(tasks, later(link)) + confirmationMillis }))
      .sort((a, b) => a.knownMillis - b.knownMillis),
    strata: {
      code: codeOf(tasks, partners, notCode),
      differentAuthors: differentOf(within),
      differentPairs: pairs(ofTwo)
    },
    counts: {
      evaluated,
      linked: partners.size,
      links: within.length,
      linksBeyond: asked.length - within.length,
      linksOfTwo: ofTwo.length,
      candidates: Math.round(candidates / Math.max(1, evaluated))
    }
  }
}

export const later = ({ from, to }: Link): number => Math.max(from, to)
export const earlier = ({ from, to }: Link): number => Math.min(from, to)

const millisAt = (tasks: ReadonlyArray<Recorded>, at: number): number => tasks[at]?.atMillis ?? 0

const windowsOf = (tasks: ReadonlyArray<Recorded>): Int32Array => {
  const starts = new Int32Array(tasks.length)
  let start = 0
  for (const [at, { atMillis }] of tasks.entries()) {
    while (atMillis - millisAt(tasks, start) > windowMillis) start++
    starts[at] = start
  }
  return starts
}

const pairs = (links: ReadonlyArray<Link>): ReadonlyMap<number, ReadonlySet<number>> => {
  const found = new Map<number, Set<number>>()
  for (const link of links) {
    const known = found.get(later(link))
    if (known === undefined) found.set(later(link), new Set([earlier(link)]))
    else known.add(earlier(link))
  }
  return found
}

/** Linked tasks of a code repository with a partner in one. */
const codeOf = (
  tasks: ReadonlyArray<Recorded>,
  partners: Questions["partners"],
  notCode: ReadonlySet<string>
): ReadonlySet<number> => {
  const isCode = (at: number) => !notCode.has(tasks[at]?.repository ?? "")
  return new Set(
    [...partners].filter(([at, found]) => isCode(at) && [...found].some(isCode)).map(([at]) => at)
  )
}

/** Linked tasks of which every partner is known to have another author. */
const differentOf = (links: ReadonlyArray<Link>): ReadonlySet<number> => {
  const same = new Set(links.filter(({ sameAuthor }) => sameAuthor !== false).map(later))
  return new Set(links.map(later).filter((at) => !same.has(at)))
}
