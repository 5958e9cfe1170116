/**
 * A session in one line, as the seed writes it:
 * `Session dep_… (dependency): 2 participants, 12 messages, duration 35m`.
 *
 * For people only. Times are the authors': a clock that runs wrong makes the line wrong, and never
 * touches a deadline.
 */
import * as DateTime from "effect/DateTime"
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import * as Status from "./Status.ts"

/** The line. */
export const line = (session: Status.Opened, world: Status.World): string => {
  const { kind, roster } = session.opening
  const messages = Status.countedMessages(session, world).length
  return `Session ${session.id} (${kind}): ${roster.length} participants, ${messages} messages, ` +
    `duration ${duration(durationMillis(session))}`
}

/** From the opening to the last fact of the session, by their authors' clocks; never negative. */
export const durationMillis = (session: Status.Opened): number => {
  const [start] = millisOf(session.opening.account.timestamp)
  if (start === undefined) return 0
  return [session.plans, session.votes, session.messages, session.escalations, session.certificates]
    .flatMap((facts) => HashMap.toValues<string, { readonly timestamp: string }>(facts))
    .flatMap((fact) => millisOf(fact.timestamp))
    .reduce((longest, time) => Math.max(longest, time - start), 0)
}

/** `35m` as in the seed; `42s` under a minute, `1h05m` over an hour, `3d04h` over a day. */
export const duration = (millis: number): string => {
  const seconds = Math.round(millis / 1000)
  const minutes = Math.round(seconds / 60)
  if (seconds < 60) return `${seconds}s`
  if (minutes < 60) return `${minutes}m`
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)}h${padded(minutes % 60)}m`
  const hours = Math.round(minutes / 60)
  return `${Math.floor(hours / 24)}d${padded(hours % 24)}h`
}

const padded = (n: number): string => String(n).padStart(2, "0")

/** Milliseconds since 1970; none for what is no time. */
const millisOf = (timestamp: string): ReadonlyArray<number> =>
  Option.toArray(Option.map(DateTime.make(timestamp), DateTime.toEpochMillis))
