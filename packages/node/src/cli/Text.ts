/**
 * Text for a terminal: in columns, cut, on one line, without what moves the cursor.
 */

/** Rows as columns, each as wide as its widest cell. */
export const table = (
  head: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<string>>
): string => {
  const all = [head, ...rows].map((row) => row.map(oneLine))
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)))
  return all
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd())
    .join("\n")
}

/** A text cut to a length, with an ellipsis where something is missing. */
export const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`

/** A text on one line: each stretch of blanks and line ends is one blank. */
export const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim()

/** Without control characters but the line end, and those that turn the reading direction. */
export const printable = (text: string): string =>
  text.replaceAll(/(?!\n)[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu, "\uFFFD")

/** A value as JSON on one line, where what is not printable is an escape, which reads alike. */
export const json = (value: unknown): string =>
  JSON.stringify(value).replaceAll(/[\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g, (character) =>
    `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)
