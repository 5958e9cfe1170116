/**
 * A map of which every version stays as it is, at the cost of a mutable one: for all that grows with
 * the age of a mesh.
 *
 *     older ──what is other there──▶ old ──what is other there──▶ newest: one Map, shared by all
 *
 * The newest version reads the shared Map; an older one looks first into what was changed after it.
 * Changing an older version turns the Map back to it, at the cost of what was changed in between.
 * Nobody can see any of that: a version reads the same for ever. All changes between `opened` and
 * `closed` make one version. Entries come in the order of their arrival: whoever shows them sorts.
 */

/** Reads like any map. */
export interface VersionMap<K, V extends Value> extends ReadonlyMap<K, V> {
  readonly isVersionMap: true
}

/** Anything but undefined, which stands for nothing. */
type Value = string | number | boolean | object

const absent = Symbol("absent")

class Version<K, V extends Value> implements VersionMap<K, V> {
  readonly isVersionMap = true
  size: number
  /** In the newest version the shared Map; in an older one what it has where the next is other. */
  held: Map<K, V | typeof absent>
  next: Version<K, V> | undefined = undefined
  /** While it is open: the version that it came from, which has to read as before. */
  from: Version<K, V> | undefined
  isOpen = false

  constructor(entries: Map<K, V | typeof absent>, from: Version<K, V> | undefined) {
    this.held = entries
    this.size = entries.size
    this.from = from
  }

  get(key: K): V | undefined {
    return valueAt(this, key)
  }

  has(key: K): boolean {
    return this.get(key) !== undefined
  }

  // What is gone through is a copy, since the shared Map may be changed meanwhile.
  entries() {
    return [...copy(this)].values()
  }

  keys() {
    return [...copy(this).keys()].values()
  }

  values() {
    return [...copy(this).values()].values()
  }

  [Symbol.iterator]() {
    return this.entries()
  }

  forEach(use: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of copy(this)) use(value, key, this)
  }
}

export const empty = <K, V extends Value>(): VersionMap<K, V> => new Version<K, V>(new Map(), undefined)

/** A map with these entries. */
export const from = <K, V extends Value>(entries: Iterable<readonly [K, V]>): VersionMap<K, V> =>
  new Version<K, V>(new Map(entries), undefined)

export const isVersionMap = (value: unknown): value is VersionMap<unknown, Value> => value instanceof Version

/** The map with a value at a key. */
export const set = <K, V extends Value>(map: VersionMap<K, V>, key: K, value: V): VersionMap<K, V> =>
  changed(map, (version) => put(version, key, value))

/** The map without keys. */
export const without = <K, V extends Value>(map: VersionMap<K, V>, keys: Iterable<K>): VersionMap<K, V> =>
  changed(map, (version) => {
    for (const key of keys) put(version, key, absent)
  })

/** The map with those entries alone that are kept. */
export const filter = <K, V extends Value>(
  map: VersionMap<K, V>,
  keeps: (value: V, key: K) => boolean
): VersionMap<K, V> => without(map, [...map].flatMap(([key, value]) => keeps(value, key) ? [] : [key]))

/** A version that `set` and `without` write in place until it is closed. */
export const opened = <K, V extends Value>(map: VersionMap<K, V>): VersionMap<K, V> => {
  const before = versionOf(map)
  turnTo(before)
  // Nobody needs to be told what an empty map lacks, and one that all share is left alone.
  const next = before.size === 0
    ? new Version<K, V>(new Map(), undefined)
    : new Version<K, V>(before.held, before)
  next.isOpen = true
  if (next.from !== undefined) {
    before.held = new Map()
    before.next = next
  }
  return next
}

/** The version as it is from now on; the one before if nothing was changed. */
export const closed = <K, V extends Value>(map: VersionMap<K, V>): VersionMap<K, V> => {
  const version = versionOf(map)
  const { from: before } = version
  version.isOpen = false
  version.from = undefined
  if (before === undefined || before.next !== version || before.held.size > 0) return version
  before.held = version.held
  before.next = undefined
  return before
}

const valueAt = <K, V extends Value>(version: Version<K, V>, key: K): V | undefined => {
  for (let at: Version<K, V> | undefined = version; at !== undefined; at = at.next) {
    const value = at.held.get(key)
    if (value !== undefined) return value === absent ? undefined : value
  }
  return undefined
}

const changed = <K, V extends Value>(
  map: VersionMap<K, V>,
  change: (version: Version<K, V>) => void
): VersionMap<K, V> => {
  if (versionOf(map).isOpen) {
    change(versionOf(map))
    return map
  }
  const next = opened(map)
  change(versionOf(next))
  return closed(next)
}

const put = <K, V extends Value>(version: Version<K, V>, key: K, value: V | typeof absent): void => {
  const { held: shared, from: before } = version
  const known = shared.get(key)
  if (known === value || (known === undefined && value === absent)) return
  if (before !== undefined && !before.held.has(key)) before.held.set(key, known ?? absent)
  if (value === absent) shared.delete(key)
  else shared.set(key, value)
  version.size = shared.size
}

/** Makes a version the newest. */
const turnTo = <K, V extends Value>(version: Version<K, V>): void => {
  const older: Array<Version<K, V>> = []
  let newest = version
  for (; newest.next !== undefined; newest = newest.next) older.push(newest)
  // What is being written goes on with the shared Map.
  if (newest.isOpen) {
    version.held = copy(version)
    version.next = undefined
    return
  }
  for (const before of older.toReversed()) {
    const shared = newest.held
    const other = new Map<K, V | typeof absent>()
    for (const [key, value] of before.held) {
      other.set(key, shared.get(key) ?? absent)
      if (value === absent) shared.delete(key)
      else shared.set(key, value)
    }
    newest.held = other
    newest.next = before
    before.held = shared
    before.next = undefined
    newest = before
  }
}

const copy = <K, V extends Value>(version: Version<K, V>): Map<K, V> => {
  const older: Array<Version<K, V>> = []
  let newest = version
  for (; newest.next !== undefined; newest = newest.next) older.push(newest)
  const entries = new Map(newest.held)
  for (const before of older.toReversed()) {
    for (const [key, value] of before.held) {
      if (value === absent) entries.delete(key)
      else entries.set(key, value)
    }
  }
  // The shared Map holds no `absent`, and what is absent was taken out above.
  return entries as Map<K, V>
}

// There is no other kind of map with this interface.
const versionOf = <K, V extends Value>(map: VersionMap<K, V>): Version<K, V> => map as Version<K, V>
