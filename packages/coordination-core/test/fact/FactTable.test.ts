/**
 * The table of facts, written out: fact, envelope type, topic, and what it may embed.
 */
import { assert, describe, it } from "@effect/vitest"
import { isKnown, table, topics } from "@chorus/coordination-core/fact/FactTable"

/** The 31 envelope types of the seed's pubsub. */
const envelopeTypes = [
  "task_announcement", "task_claim", "task_progress", "task_complete", "capability_broadcast",
  "availability_broadcast",
  "meta_discussion", "task_help_request", "task_help_response", "coordination_request",
  "coordination_complete", "dependency_alert", "escalation_trigger",
  "role_announcement", "expertise_request", "expertise_response", "status_update", "work_allocation",
  "role_collaboration", "mentorship_request", "mentorship_response", "project_update", "deliverable_ready",
  "feedback_event", "context_request", "context_update", "context_stats", "context_relevance",
  "slurp_event_generated", "slurp_event_ack", "slurp_context_update"
]

const coordination = "CHORUS/coordination/v1"
const discussion = "hmmm/meta-discussion/v1"
const feedback = "CHORUS/context-feedback/v1"

const expected = [
  ["task_announced", "task_announcement", coordination, undefined],
  ["task_updated", "task_announcement", coordination, undefined],
  ["task_claimed", "task_claim", coordination, undefined],
  ["claim_renewed", "task_claim", coordination, undefined],
  ["task_released", "task_progress", coordination, undefined],
  ["task_completed", "task_complete", coordination, undefined],
  ["contracts_stated", "project_update", coordination, undefined],
  ["dependency_detected", "dependency_alert", discussion, "task_claimed"],
  ["session_opened", "coordination_request", discussion, "task_claimed"],
  ["coordination_plan", "meta_discussion", discussion, "coordination_response"],
  ["coordination_response", "meta_discussion", discussion, undefined],
  ["session_message", "meta_discussion", discussion, undefined],
  ["delivery_noted", "feedback_event", feedback, undefined],
  ["escalation", "escalation_trigger", discussion, undefined],
  ["resolution", "coordination_complete", discussion, "coordination_response"],
  ["ruling", "meta_discussion", discussion, undefined],
  ["fork_proven", "meta_discussion", discussion, "any"],
  ["alert_muted", "feedback_event", feedback, undefined],
  ["mute_lifted", "feedback_event", feedback, undefined]
]

describe("FactTable", () => {
  it("each fact has its envelope type, its topic and what it may embed", () => {
    assert.deepStrictEqual(
      Object.entries(table).map(([type, row]) =>
        [type, row.envelope, row.topic, "embeds" in row ? row.embeds : undefined]
      ),
      expected
    )
  })

  it("every envelope type is one of the seed's 31, every topic one of its three", () => {
    assert.lengthOf(new Set(envelopeTypes), 31)
    for (const { envelope, topic } of Object.values(table)) {
      assert.include(envelopeTypes, envelope)
      assert.include(topics, topic)
    }
    assert.deepStrictEqual([...topics], [coordination, discussion, feedback])
  })

  it("a name that every object has is not a known type", () => {
    for (const name of ["constructor", "toString", "__proto__", "hasOwnProperty", "unknown", ""]) {
      assert.isFalse(isKnown(name), name)
    }
  })
})
