/**
 * How much each kind of evidence weighs: plain data.
 *
 * Provenance: set by hand. The recipe for likeness (weights of terms, fading, mentions, copies) is
 * one that measured well on the recorded dependencies of 100 open-source repositories; the weights
 * of the logistic were set by eye on the first half-year of that recording and on registries of
 * two tasks; what few open tasks add (`fewness`) on thinned parts of it (`chorus bench detect
 * --one-in`). `chorus calibrate` stretches the verdicts by a team's own history.
 */
export const defaults = {
  /** A search visits at most so many places of postings, and follows no term that more tasks hold. */
  visitedMax: 3000,
  followedMax: 400,
  /** Of each source at most so many candidates. */
  recentMax: 36,
  likestMax: 16,
  relatedMax: 24,

  /** Likeness fades with the age of the other claim, by half in so many days, to a floor. */
  halfLifeDays: 0.5,
  fadedMin: 0.3,
  /** What each mention of the other's repository adds to likeness, as a share of it. */
  perMention: 0.6,

  /** From so many open tasks on the trained model is heard, and from so many on it is believed alone. */
  settling: 4,
  settled: 12,
  /** The model was trained among so many open tasks; among fewer one that is as alike is rarer, so surer. */
  trainedAmong: 2500,
  fewness: 0.4,
  /** What a team's own history makes of every verdict: slope × logit + shift. */
  slope: 1,
  shift: 0,
  /** The chance at which a verdict set by hand is even. */
  even: 0.14,
  perCopy: 3,
  /** The rarity that counts as 1. */
  rarityFull: 8,
  /** A rule says nothing once so many tasks hold the words it rests on. */
  crowdMax: 8,

  /** The logit of a pair is this and the weighted evidence; at 0 the confidence is one half. */
  bias: 1.4,
  /** The weight of the logarithm of likeness, and the likeness that a pair has without any. */
  likeness: 1.8,
  likenessMin: 0.03,
  /** The weight of the square of how rare the rarest shared term is. */
  rarity: 3,
  /** A rule counts as so much likeness. */
  rule: 0.7,
  sharedScope: 5,
  conflictingScope: 7,
  /**
   * A contract that stands between the repositories and that both tasks name is an alert by itself;
   * one that a single task names only adds to what else was found.
   */
  sharedContract: 5,
  namedContract: 1,
  /** A contract counts in full while so few repositories consume it, and says nothing at so many. */
  consumersFew: 4,
  consumersMax: 32,

  /** From this confidence on a pair is worth an alert. */
  threshold: 0.14,
  /** Alerts a task that are wanted: a little under the six in a hundred that are borne. */
  rate: 0.054
}

export type Parameters = typeof defaults
