/**
 * What a plan is known by: the hash of its session, round, objection and content.
 *
 * Author and time are left out, so equal template plans of two nodes are one plan, and a vote for
 * it is a vote for both. (docs/rules.md, 7)
 */
import { PlanHash } from "../fact/SessionFacts.ts"
import type { FactId } from "../identity/FactId.ts"
import * as Hash from "../identity/Hash.ts"
import { compare } from "../replica/Sorted.ts"
import type { PlanContent } from "./PlanContent.ts"

/** The hash of a plan; `objection` is the vote that a plan of round 2 or 3 answers. */
export const of = (
  session: string,
  round: number,
  objection: FactId | undefined,
  content: PlanContent
): PlanHash =>
  PlanHash.make(Hash.ofText(JSON.stringify([
    session,
    round,
    objection ?? null,
    content.items.map((item) => [
      item.id,
      item.owner,
      item.action,
      item.artefact ?? null,
      item.depends_on,
      item.done_when
    ]),
    content.share,
    content.watch,
    content.success,
    ...(content.nothing_to_do === true ? ["nothing to do"] : [])
  ])))

/** Of two plans the one of the higher round is better, then the one with the lower hash. */
export const byQuality = (
  a: { readonly round: number; readonly hash: PlanHash },
  b: { readonly round: number; readonly hash: PlanHash }
): number => b.round - a.round || compare(a.hash, b.hash)
