/**
 * H25, H30: a start on a bookmark leaves the sessions out that memory held.
 */
import * as Original from "@chorus/coordination-core/coordination/Bookmark"
import * as Subject from "@chorus/coordination-core/memory/Subject"

export * from "@chorus/coordination-core/coordination/Bookmark"

export const wanted: typeof Original.wanted = (bookmark) =>
  Original.wanted(bookmark).filter((subject) => !subject.startsWith(Subject.beginning("session")))
