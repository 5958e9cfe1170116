/**
 * When the votes on one plan are consensus: named, pure, and closed at the birth of a session.
 *
 * Under every policy each member votes and nobody objects; they differ in how many may abstain.
 * Silence is not consent. (docs/rules.md, 7)
 */
import type { Terms } from "../fact/SessionFacts.ts"

export type Policy = Terms["policy"]

/** How many of `members` may abstain. */
export const abstentionsMax = (policy: Policy, members: number): number => {
  switch (policy) {
    case "unanimous":
      return 0
    case "allButOne":
      return members >= 3 ? 1 : 0
    case "majority":
      return Math.ceil(members / 2) - 1
  }
}
