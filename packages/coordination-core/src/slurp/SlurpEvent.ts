/**
 * The outcome of a session, as SLURP learns from it: the seed's `HmmmDiscussionContext`.
 *
 * One event for each status that holds (expired, escalated, disputed), each certified plan and
 * each ruling. Its content is a function of that certificate or ruling alone, else of session and
 * status, so every node makes the same event and a sink keeps one. (docs/rules.md, 8)
 */
import * as Schema from "effect/Schema"
import type { FactId } from "../identity/FactId.ts"
import * as Hash from "../identity/Hash.ts"
import * as TaskKey from "../identity/TaskKey.ts"
import type { Ruling } from "../ruling/Ruling.ts"
import * as Status from "../session/Status.ts"
import type { Certificate } from "../vote/Certificate.ts"

const outcomes = ["expired", "escalated", "resolved", "disputed", "decided"] as const
type Outcome = typeof outcomes[number]

/** The seed's strength of consensus, by outcome. */
const strengths: Readonly<Record<Outcome, number>> = {
  resolved: 0.9,
  escalated: 0.3,
  expired: 0.5,
  disputed: 0.5,
  decided: 0.5
}

/** Whether the alert that opened a session mattered: what members or a person said of it. */
export const Verdict = Schema.Literals(["confirmed", "dismissed"])
export type Verdict = typeof Verdict.Type

export const SlurpEvent = Schema.Struct({
  /** SHA-256 of session, status and plan or ruling: the idempotency key. */
  id: Schema.String,
  /** The events of lower statuses that this one takes the place of, whether they were made or not. */
  supersedes: Schema.Array(Schema.String),
  discussion_id: Schema.String,
  session_id: Schema.String,
  participants: Schema.Array(Schema.String),
  /** The first and the last vote of the certificate, or the ruling's time; none where neither is. */
  start_time: Schema.optionalKey(Schema.String),
  end_time: Schema.optionalKey(Schema.String),
  /**
   * The votes of the certificate, and nothing else that was said: what a node holds of the talk
   * differs from node to node, and the event must not.
   */
  messages: Schema.Array(Schema.Struct({
    from_agent: Schema.String,
    message_type: Schema.String,
    content: Schema.String,
    timestamp: Schema.String
  })),
  consensus_reached: Schema.Boolean,
  consensus_strength: Schema.Finite,
  /** Members who agreed, out of all; only a certificate tells. */
  agreement_ratio: Schema.optionalKey(Schema.Finite),
  rounds: Schema.optionalKey(Schema.Int),
  outcome_type: Schema.Literals(outcomes),
  project_path: Schema.String,
  related_tasks: Schema.Array(Schema.String),
  metadata: Schema.Struct({
    session_type: Schema.String,
    session_status: Schema.String,
    resolution: Schema.optionalKey(Schema.String),
    escalation_reason: Schema.optionalKey(Schema.String),
    plan_hash: Schema.optionalKey(Schema.String),
    decided_by: Schema.optionalKey(Schema.String),
    verdict: Schema.optionalKey(Verdict),
    /** As many as `messages` holds. */
    message_count: Schema.Int,
    participant_count: Schema.Int
  })
})
export type SlurpEvent = typeof SlurpEvent.Type

/** The id of the event for a status of a session, or for a plan or ruling of it. */
export const eventId = (session: string, outcome: Outcome, of?: string): string =>
  Hash.ofText(JSON.stringify([session, outcome, of ?? null]))

/** The events that hold for a session; the outbox keeps each once. */
export const eventsOf = (
  session: Status.Opened,
  world: Status.World
): ReadonlyArray<SlurpEvent> => {
  const status = Status.statusOf(session, world)
  const certificates = Status.certificatesOf(session)
  return [
    ...(status === "expired" || status === "escalated" || status === "disputed"
      ? [ofStatus(session, status)]
      : []),
    ...certificates.map((certificate) => ofCertificate(session, certificate)),
    ...Status.rulingsOf(session, world).map((ruling) => ofRuling(session, ruling))
  ]
}

/** What holds of the alert: by the ruling that counts, if it says so, else by the members. */
export const verdictOf = (session: Status.Opened, world: Status.World): Verdict | undefined => {
  const ruling = Status.unreplacedRulings(session, world)[0]?.ruling
  const ruled = ruling?.kind === "decide_session" ? ruling.verdict : undefined
  const agreed = Status.certificatesOf(session).map((certificate) => ofCertificate(session, certificate))
  return ruled ?? agreed.at(-1)?.metadata.verdict
}

const lowerStatuses = {
  expired: [],
  escalated: ["expired"],
  disputed: ["expired", "escalated"]
} as const

const ofStatus = (
  session: Status.Opened,
  status: "expired" | "escalated" | "disputed"
): SlurpEvent => ({
  ...frame(session, status),
  supersedes: lowerStatuses[status].map((lower) => eventId(session.id, lower))
})

const ofCertificate = (session: Status.Opened, certificate: Certificate): SlurpEvent => {
  const times = certificate.votes.map((vote) => vote.timestamp).sort()
  const agreements = certificate.votes.filter((vote) => vote.stance === "agree")
  // No policy lets everybody abstain.
  const isDismissed = agreements.every(({ dismisses }) => dismisses)
  const base = frame(session, "resolved", certificate.plan)
  const [first, last] = [times[0], times.at(-1)]
  return {
    ...base,
    supersedes: [eventId(session.id, "expired"), eventId(session.id, "escalated")],
    ...(first === undefined ? {} : { start_time: first }),
    ...(last === undefined ? {} : { end_time: last }),
    messages: certificate.votes.map((vote) => ({
      from_agent: vote.agent,
      message_type: vote.stance === "agree" ? "agreement" : "abstention",
      content: vote.reason,
      timestamp: vote.timestamp
    })),
    agreement_ratio: agreements.length / certificate.votes.length,
    rounds: certificate.round,
    metadata: {
      ...base.metadata,
      resolution: "Consensus reached among participants",
      ...(session.opening.kind === "planning" ? {} : {
        verdict: isDismissed ? "dismissed" as const : "confirmed" as const
      }),
      plan_hash: certificate.plan,
      message_count: certificate.votes.length
    }
  }
}

const ofRuling = (session: Status.Opened, ruling: Ruling): SlurpEvent => {
  const base = frame(session, "decided", ruling.id)
  const decision = ruling.ruling.kind === "decide_session" ? ruling.ruling : undefined
  return {
    ...base,
    supersedes: [
      eventId(session.id, "expired"),
      eventId(session.id, "escalated"),
      eventId(session.id, "disputed"),
      ...(decision?.replaces ?? []).map((replaced) => eventId(session.id, "decided", replaced))
    ],
    start_time: ruling.timestamp,
    end_time: ruling.timestamp,
    metadata: {
      ...base.metadata,
      resolution: decision?.decision ?? "",
      ...(decision?.verdict === undefined ? {} : { verdict: decision.verdict }),
      decided_by: ruling.by
    }
  }
}

/** What every event of a session has in common: a function of session, status and plan or ruling. */
const frame = (session: Status.Opened, outcome: Outcome, of?: FactId | string): SlurpEvent => {
  const { claims, kind, roster } = session.opening
  const tasks = claims.map((claim) => claim.task)
  return {
    id: eventId(session.id, outcome, of),
    supersedes: [],
    discussion_id: session.id,
    session_id: session.id,
    participants: roster,
    messages: [],
    consensus_reached: outcome === "resolved",
    consensus_strength: strengths[outcome],
    outcome_type: outcome,
    project_path: [...new Set(tasks.map(TaskKey.repository))].join(","),
    related_tasks: tasks,
    metadata: {
      session_type: kind,
      session_status: outcome,
      message_count: 0,
      participant_count: roster.length
    }
  }
}
