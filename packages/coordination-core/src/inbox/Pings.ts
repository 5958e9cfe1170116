/**
 * Tells people outside that cases wait: in batches, not at night, until the telling succeeded.
 *
 *     waiting ──new, not quiet, 5 minutes since the last──▶ ping ──sent──▶ gone
 *                                                            │ failed: later, and later
 *                                                            └──── too often: dead, and listed
 *
 * A ping names cases; what it says of them is read when it is sent, and a ping whose cases wait no
 * more is not sent. It never changes a case. All times are of the wall clock, since the state is
 * written down and a restart goes on with it. (docs/rules.md, 7)
 */

export interface Ping {
  /** Its number since the database was made: the receiver knows by it what it has already. */
  readonly id: number
  readonly sessions: ReadonlyArray<string>
  readonly attempts: number
  readonly dueMillis: number
  /** Why the last attempt failed; empty before the first. */
  readonly because: string
}

export interface Pings {
  /** Cases that were put into a ping and wait still. */
  readonly told: ReadonlyArray<string>
  readonly lastMillis: number
  readonly lastId: number
  readonly queue: ReadonlyArray<Ping>
  /** Given up, the latest last. */
  readonly dead: ReadonlyArray<Ping>
}

export const empty: Pings = { told: [], lastMillis: 0, lastId: 0, queue: [], dead: [] }

/** A part of the day in which nobody is pinged, in minutes since midnight; it may reach over it. */
export interface Quiet {
  readonly from: number
  readonly to: number
}

/** At most one new ping in so long. */
export const everyMillis = 5 * 60_000
/** A ping names so many cases; the rest comes with the next. */
export const sessionsMax = 20
/** Pings that wait to be sent again; with so many no new one is made. */
export const queueMax = 16
/** Dead letters that are listed; the oldest goes. */
export const deadMax = 64
/** A ping is given up after so many attempts: about a day. */
export const attemptsMax = 10

const patienceMillis = { first: 5_000, most: 4 * 3_600_000, factor: 4 }

export const isQuiet = (quiet: Quiet | undefined, minuteOfDay: number): boolean =>
  quiet !== undefined && (quiet.from <= quiet.to
    ? minuteOfDay >= quiet.from && minuteOfDay < quiet.to
    : minuteOfDay >= quiet.from || minuteOfDay < quiet.to)

/** Looks at the cases that wait now: forgets what waits no more, and makes a ping if one is due. */
export const look = (
  pings: Pings,
  waiting: ReadonlyArray<string>,
  nowMillis: number,
  quiet: boolean
): Pings => {
  const isWaiting = new Set(waiting)
  const told = pings.told.filter((session) => isWaiting.has(session))
  const queue = pings.queue.filter(({ sessions }) => sessions.some((session) => isWaiting.has(session)))
  const isSame = told.length === pings.told.length && queue.length === pings.queue.length
  const kept = isSame ? pings : { ...pings, told, queue }
  const known = new Set(told)
  const fresh = waiting.filter((session) => !known.has(session)).slice(0, sessionsMax)
  // A clock that was set back must not silence the inbox for longer than the pause.
  const isPaused = nowMillis - pings.lastMillis < everyMillis && nowMillis >= pings.lastMillis
  if (fresh.length === 0 || quiet || isPaused || queue.length >= queueMax) return kept
  const id = pings.lastId + 1
  return {
    ...kept,
    told: [...told, ...fresh],
    lastMillis: nowMillis,
    lastId: id,
    queue: [...queue, { id, sessions: fresh, attempts: 0, dueMillis: nowMillis, because: "" }]
  }
}

/** The ping to send now; what is put off waits for the morning as well. */
export const due = ({ queue }: Pings, nowMillis: number, quiet: boolean): Ping | undefined =>
  quiet ? undefined : queue.find(({ dueMillis }) => dueMillis <= nowMillis)

export const sent = (pings: Pings, id: number): Pings => ({
  ...pings,
  queue: pings.queue.filter((ping) => ping.id !== id)
})

/** Puts a ping off, or gives it up. `chance` in [0, 1) keeps many nodes from trying at once. */
export const failed = (
  pings: Pings,
  id: number,
  because: string,
  nowMillis: number,
  chance: number
): Pings => {
  const ping = pings.queue.find((each) => each.id === id)
  if (ping === undefined) return pings
  const attempts = ping.attempts + 1
  const after = Math.min(patienceMillis.most, patienceMillis.first * patienceMillis.factor ** (attempts - 1))
  const again = { ...ping, attempts, because, dueMillis: nowMillis + Math.round(after * (0.5 + chance / 2)) }
  const others = pings.queue.filter((each) => each.id !== id)
  return attempts >= attemptsMax
    ? { ...pings, queue: others, dead: [...pings.dead, again].slice(-deadMax) }
    : { ...pings, queue: [...others, again] }
}
