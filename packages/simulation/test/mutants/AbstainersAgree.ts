/**
 * H6: whoever abstains agrees; nobody has to.
 */
export * from "@chorus/coordination-core/vote/Policy"

export const abstentionsMax = (): number => 99
