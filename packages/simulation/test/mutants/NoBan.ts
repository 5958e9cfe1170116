/**
 * H10: who told two stories is believed on.
 */
export * from "@chorus/coordination-core/ban/Forks"

export const hasForked = (): boolean => false
