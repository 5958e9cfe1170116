/**
 * Why bytes do not become a fact, and what gossip does with them.
 *
 * `reject` is for what no honest node of this version sends, and costs the forwarder its score;
 * `ignore` is for what an honest node may send in good faith. (docs/rules.md, 4)
 */

/** What gossip does with a message: hand on, drop in silence, drop and remember. */
export type Verdict = "accept" | "ignore" | "reject"

export type Reason =
  | "too_large"
  | "bad_seal"
  | "wrong_signer"
  | "not_canonical"
  | "bad_envelope"
  | "bad_data"
  | "bad_embedded"
  | "wrong_type"
  | "wrong_topic"
  | "hops_exceeded"
  | "newer_version"

export interface Refusal {
  readonly _tag: "Refusal"
  readonly reason: Reason
  /** For a person: which field, and what was expected of it. */
  readonly detail: string
}

export const refusal = (reason: Reason, detail: string): Refusal => ({
  _tag: "Refusal",
  reason,
  detail
})

/** The verdict of every reason. */
export const verdicts: Readonly<Record<Reason, Verdict>> = {
  too_large: "reject",
  bad_seal: "reject",
  wrong_signer: "reject",
  not_canonical: "reject",
  bad_envelope: "reject",
  bad_data: "reject",
  bad_embedded: "reject",
  wrong_type: "reject",
  wrong_topic: "reject",
  hops_exceeded: "ignore",
  newer_version: "ignore"
}
