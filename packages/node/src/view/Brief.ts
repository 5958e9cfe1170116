/**
 * The beginning of a session's id: enough to read and to type.
 */

/** The kind and eight digits, e.g. `dep_1a2b3c4d`. */
export const briefly = (session: string): string => session.slice(0, session.indexOf("_") + 9)

/** A text whose whole ids of sessions are cut to their beginnings. */
export const inBrief = (text: string): string =>
  text.replaceAll(/\b(dep|conf|plan)_[0-9a-f]{40}\b/g, briefly)
