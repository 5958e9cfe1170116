/**
 * Text with a limit: every string that travels has one. (docs/rules.md, 4)
 */
import * as Schema from "effect/Schema"
import * as Hash from "../identity/Hash.ts"

/** Text of at most `max` characters (UTF-16 units, as JavaScript counts them). */
export const text = (max: number) => Schema.String.check(Schema.isMaxLength(max))

/** A list of at most `max` items. */
export const list = <S extends Schema.Constraint>(item: S, max: number) =>
  Schema.Array(item).check(Schema.isMaxLength(max))

/** The bytes that a value takes as JSON: wide characters and escapes count for what they are. */
export const jsonBytes = (value: unknown): number => Hash.byteLength(JSON.stringify(value))

/** The text, or as much of it as takes at most `bytesMax` bytes as JSON; at least its quotes. */
export const shortened = (whole: string, bytesMax: number): string => {
  const bytes = jsonBytes(whole)
  return bytes <= bytesMax || whole === ""
    ? whole
    : shortened(whole.slice(0, Math.floor(whole.length * bytesMax / bytes)), bytesMax)
}
