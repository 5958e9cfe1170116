/**
 * H12: a peer is never given what it lacks.
 */
import type * as Original from "@chorus/coordination-core/catchup/CatchUp"

export * from "@chorus/coordination-core/catchup/CatchUp"

export const missing: typeof Original.missing = () => []
