/**
 * H25: what comes about a forgotten session is folded as if nothing had been said before.
 */
import type * as Original from "@chorus/coordination-core/memory/Recall"

export * from "@chorus/coordination-core/memory/Recall"

export const forFacts: typeof Original.forFacts = () => ({ subjects: [], lists: [] })
