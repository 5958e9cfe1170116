/**
 * The kinds of fault that a simulation knows, and how often each of them really struck.
 *
 * A counter that stays at nought over many seeds says that a fault is on paper only; the tests see
 * to it that none does.
 */

export const kinds = [
  "loss", "duplication", "reordering", "long delay", "clogged path",
  "symmetric partition", "asymmetric partition", "bridge partition",
  "crash", "lost suffix", "old disk", "disk full", "failed commit", "slow disk",
  "clock skew", "clock drift", "clock jump",
  "late join", "leave", "absent person",
  "slow model", "failing model", "junk plan", "oversize plan",
  "equivocation", "replay", "forgery", "withholding", "flood", "unknown type", "unknown field",
  "newer version", "forgetting"
] as const
export type Kind = typeof kinds[number]

/** How often each kind struck. */
export type Counts = Record<Kind, number>

export const none = (): Counts =>
  // The keys are the list that the type is made from.
  Object.fromEntries(kinds.map((kind) => [kind, 0])) as Counts

/** Adds the second to the first. */
export const add = (counts: Counts, more: Readonly<Counts>): void => {
  for (const kind of kinds) counts[kind] += more[kind]
}
