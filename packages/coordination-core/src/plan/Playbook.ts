/**
 * What good engineers do about each relationship: the wording behind the template plan.
 *
 * One play a relationship that the built-in rules name, and one for everything else. The leader is
 * who has to move first, the followers build on what it does.
 */

export interface Play {
  /** Made for no relationship in particular. */
  readonly isGeneral: boolean
  /** What it is about, when the tasks do not say. */
  readonly subject: string
  /** What the leader writes down before anyone builds. */
  readonly facts: string
  /** What that is called. */
  readonly artefact: string
  /** How the leader changes a thing that others stand on. */
  readonly leading: string
  readonly led: string
  /** Whether the followers build only when the leader is done, and not meanwhile. */
  readonly isAfter: boolean
  /** How a follower builds. */
  readonly following: string
  readonly followed: string
  /** How they find out, together, that it holds. */
  readonly proof: string
  readonly watch: ReadonlyArray<string>
  readonly success: ReadonlyArray<string>
}

const plays: Readonly<Record<string, Play>> = {
  API_Contract: {
    isGeneral: false,
    isAfter: false,
    subject: "the API",
    facts: "requests, responses, errors, limits and version",
    artefact: "API contract",
    leading: "keep the old form working until the others have moved",
    led: "It is merged and its contract tests pass.",
    following: "against the contract, with a stub until the real thing is merged",
    followed: "Its tests pass against the stub.",
    proof: "one call that succeeds, and one that is refused as agreed",
    watch: [
      "The contract changes after it was agreed: say so here before you push.",
      "Errors, paging, limits or authentication are missing from the contract."
    ],
    success: ["Both sides pass the same contract tests."]
  },
  Database_Schema: {
    isGeneral: false,
    isAfter: false,
    subject: "the schema",
    facts: "tables, columns, types, defaults and the order of the migrations",
    artefact: "schema change",
    leading: "add first, fill, and remove the old only after the others have moved",
    led: "The migration ran forwards and back on a copy of the data.",
    following: "so that it works before and after the migration",
    followed: "Its tests pass on the old and on the new schema.",
    proof: "the readers and writers of both on a migrated database",
    watch: [
      "Two migrations take the same number or lock the same table.",
      "Code that needs the new schema is deployed before the migration."
    ],
    success: ["Nothing reads or writes a column that is gone."]
  },
  Configuration_Dependency: {
    isGeneral: false,
    isAfter: false,
    subject: "the setting",
    facts: "names, types, default values, and who sets them in which environment",
    artefact: "list of settings",
    leading: "with a default that keeps today's behaviour",
    led: "The setting exists in every environment and changes nothing yet.",
    following: "with exactly these names, and so that it works without the setting",
    followed: "Its tests pass with the setting on, off and missing.",
    proof: "both with the setting on, off and missing",
    watch: [
      "A name is spelled differently on the two sides.",
      "One environment has the setting and another has not."
    ],
    success: ["Turning the setting on and off again changes both sides together."]
  },
  Security_Compliance: {
    isGeneral: false,
    isAfter: false,
    subject: "the security change",
    facts: "who may do what, the form and life of tokens, and what a refusal looks like",
    artefact: "security note",
    leading: "accept the old and the new form until the others have moved",
    led: "It is merged, reviewed by someone else, and the old form still works.",
    following: "by the security note, and refuse what it does not name",
    followed: "Its tests pass for a valid, an expired and a forged credential.",
    proof: "a valid, an expired and a forged credential on both sides",
    watch: [
      "A secret ends up in a log, a test or a commit.",
      "One side becomes stricter before the other and locks users out."
    ],
    success: ["Both sides accept and refuse the same things."]
  }
}

const otherwise: Play = {
  isGeneral: true,
  isAfter: false,
  subject: "what they have in common",
  facts: "what will change, what stays, and when it will be merged",
  artefact: "change note",
  leading: "in small commits that the others can follow",
  led: "It is merged and the others know the commit.",
  following: "by the change note, and merge it after that",
  followed: "Its tests pass on top of the merged change.",
  proof: "all tests of all of you on the merged code",
  watch: [
    "Two of you edit the same place before the first merge.",
    "The change grows beyond the change note: say so here before you push."
  ],
  success: ["Nobody had to undo the work of another."]
}

/** The leader uses what a follower is to remove: whoever stands on it leaves first. */
export const leaving: Play = {
  isGeneral: false,
  isAfter: true,
  subject: "what goes away",
  facts: "where it is used, what takes its place, and when the last use ends",
  artefact: "list of uses",
  leading: "move to what takes its place, and say here when nothing of yours uses the old any more",
  led: "It is merged, and a search finds no use of the old.",
  following: "only now that nothing uses it, and look once more for uses that nobody listed",
  followed: "Its tests pass, and nothing that is left names what was removed.",
  proof: "all tests of all of you without what was removed",
  watch: [
    "Somebody begins to use it while the others leave: say so here, and the removal waits.",
    "A use that nobody listed: scripts, jobs, dashboards, clients out of sight."
  ],
  success: ["Nothing fails because of what was removed."]
}

/** The play for a relationship. */
export const playFor = (relationship: string): Play =>
  Object.hasOwn(plays, relationship) ? plays[relationship] ?? otherwise : otherwise
