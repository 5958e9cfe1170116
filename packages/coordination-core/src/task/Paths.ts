/**
 * Declared paths: files, folders with all that is below them, and patterns.
 *
 *     src/api      src/api/users.ts      src/{api,web}/u?er.ts      db/migrations/*.sql
 *
 * Two of them overlap when some file could belong to both. Bounded: of a path the first
 * `segmentsMax` segments count. (docs/rules.md, 5)
 */

/** A path as its segments. */
export type Path = ReadonlyArray<string>

/** Of a path so many segments count. */
export const segmentsMax = 24

/** The segments of a path, without `.` and empty ones. */
export const read = (text: string): Path =>
  text.replaceAll("\\", "/").split("/")
    .map((segment) => segment.trim())
    .filter((segment) => segment !== "" && segment !== ".")
    .slice(0, segmentsMax)

/** The segments before the first that is a pattern. */
export const literal = (path: Path): Path => {
  const first = path.findIndex(isPattern)
  return first === -1 ? path : path.slice(0, first)
}

/** Could a file belong to both? */
export const overlap = (one: Path, other: Path): boolean => {
  // Most paths part early, and few have a `**` before that.
  for (let at = 0; ; at++) {
    const [segment, there] = [one[at], other[at]]
    if (segment === undefined || there === undefined) return true
    if (segment === "**" || there === "**") return overlapFrom(one, other, at)
    if (!agree(segment, there)) return false
  }
}

const overlapFrom = (one: Path, other: Path, start: number): boolean => {
  const known = new Map<number, boolean>()
  const from = (at: number, there: number): boolean => {
    const [segment, segmentThere] = [one[at], other[there]]
    // A path that has ended holds all that is below it.
    if (segment === undefined || segmentThere === undefined) return true
    const place = at * (segmentsMax + 1) + there
    const before = known.get(place)
    if (before !== undefined) return before
    const found = segment === "**" || segmentThere === "**"
      ? from(at + (segment === "**" ? 1 : 0), there + (segment === "**" ? 0 : 1)) ||
        from(at + (segment === "**" ? 0 : 1), there + (segment === "**" ? 1 : 0))
      : agree(segment, segmentThere) && from(at + 1, there + 1)
    known.set(place, found)
    return found
  }
  return from(start, start)
}

const isPattern = (segment: string): boolean => /[*?{[]/.test(segment)

/** Could one name be meant by both segments? Of two patterns the fixed beginnings and ends tell. */
const agree = (one: string, other: string): boolean => {
  if (!isPattern(one) && !isPattern(other)) return one === other
  const [[head, tail], [headThere, tailThere]] = [ends(one), ends(other)]
  const fits = (name: string, start: string, end: string): boolean =>
    name.length >= start.length + end.length && name.startsWith(start) && name.endsWith(end)
  if (!isPattern(one)) return fits(one, headThere, tailThere)
  if (!isPattern(other)) return fits(other, head, tail)
  return (head.startsWith(headThere) || headThere.startsWith(head)) &&
    (tail.endsWith(tailThere) || tailThere.endsWith(tail))
}

/** What stands before the first sign of a pattern, and behind the last. */
const ends = (segment: string): readonly [string, string] => [
  /^[^*?{[]*/.exec(segment)?.[0] ?? "",
  /[^*?}\]]*$/.exec(segment)?.[0] ?? ""
]
