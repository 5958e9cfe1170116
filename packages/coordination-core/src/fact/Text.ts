/**
 * Text with a limit: every string that travels has one. (design.md, part 4)
 */
import * as Schema from "effect/Schema"

/** Text of at most `max` characters (UTF-16 units, as JavaScript counts them). */
export const text = (max: number) => Schema.String.check(Schema.isMaxLength(max))

/** A list of at most `max` items. */
export const list = <S extends Schema.Constraint>(item: S, max: number) =>
  Schema.Array(item).check(Schema.isMaxLength(max))
