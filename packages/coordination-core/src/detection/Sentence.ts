/**
 * Small things for sentences that are put together from other people's words.
 */

/** The text in at most `max` UTF-16 units, cut between characters, with an ellipsis. */
export const cut = (text: string, max: number): string => {
  if (text.length <= max) return text
  const kept = text.slice(0, max - 1)
  // The first half of a surrogate pair means nothing without the second.
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}…`
}

/** One line: every run of blanks and control characters becomes one blank. */
export const line = (text: string): string => text.replace(/[\s\p{Cc}]+/gu, " ").trim()

/** `"a"`, `"a" and "b"`, `"a", "b" and "c"`: at most three, none said twice, each cut to 40. */
export const quoted = (texts: ReadonlyArray<string>): string => {
  const words = texts.slice(0, 12).map((text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])
  const isSaid = (at: number): boolean =>
    words.some((other, place) => {
      const bare = words[at]?.join("") ?? ""
      return other.join("") === bare ? place < at : other.some((word) => word === bare)
    })
  const told = texts.slice(0, 12).filter((_, at) => !isSaid(at))
  return listed(told.slice(0, 3).map((text) => `"${cut(text, 40)}"`))
}

/** `a`, `a and b`, `a, b and c`. */
export const listed = (items: ReadonlyArray<string>): string =>
  items.length < 2
    ? items.join("")
    : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`

/** How far apart two moments are: `3 h apart`, `at about the same time`. */
export const apart = (oneMillis: number, otherMillis: number): string => {
  const minutes = Math.round(Math.abs(oneMillis - otherMillis) / 60_000)
  if (minutes < 2) return "at about the same time"
  const hours = Math.round(minutes / 60)
  return minutes < 90
    ? `${minutes} min apart`
    : hours < 48 ? `${hours} h apart` : `${Math.round(hours / 24)} days apart`
}
