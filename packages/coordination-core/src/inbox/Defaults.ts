/**
 * Defaults: rulings that a person sealed beforehand, for when nobody decides a case in time.
 *
 * A default is a whole ruling: it names its session and bears the person's seal, and all that the
 * node does is to carry it later. So no node can decide by it what the person did not, and what
 * holds then is what holds for any ruling. It is void once its case waits no more. (docs/rules.md, 7)
 */

export interface Default {
  readonly session: string
  readonly by: string
  readonly decision: string
  /** The sealed ruling, in base64. */
  readonly sealed: string
  /** Milliseconds since 1970. */
  readonly dueMillis: number
}

export type Defaults = ReadonlyArray<Default>

/** So many cases can have one. */
export const max = 64

/** Takes a default in, in the place of the case's earlier one; undefined where there is no room. */
export const add = (defaults: Defaults, added: Default): Defaults | undefined => {
  const others = defaults.filter(({ session }) => session !== added.session)
  return others.length >= max ? undefined : [...others, added]
}

/** Those whose cases wait still; the same list where all do. */
export const kept = (defaults: Defaults, waiting: ReadonlyArray<string>): Defaults => {
  const isWaiting = new Set(waiting)
  return defaults.every(({ session }) => isWaiting.has(session))
    ? defaults
    : defaults.filter(({ session }) => isWaiting.has(session))
}

/** Those to carry now. */
export const due = (defaults: Defaults, nowMillis: number): Defaults =>
  defaults.filter(({ dueMillis }) => dueMillis <= nowMillis)
