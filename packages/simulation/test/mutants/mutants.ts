/**
 * The planted bugs: each wraps one module of the product, and stands in its place while it is hunted.
 *
 * The product has no switch for them: the hunt lets the loader find the mutant where the product
 * asks for the original.
 */
export interface Mutant {
  /** The file here, without its ending. */
  readonly name: string
  readonly hazards: string
  /** The module that it stands for. */
  readonly of: string
}

const mutant = (name: string, hazards: string, of: string): Mutant => ({ name, hazards, of })

const core = "@chorus/coordination-core"

export const mutants: ReadonlyArray<Mutant> = [
  mutant("IdOfOpener", "H1 H2", `${core}/session/Opening`),
  mutant("AsksAgain", "H1 H33", `${core}/duty/Duties`),
  mutant("WordsVote", "H3", `${core}/vote/Vote`),
  mutant("AbstainersAgree", "H6", `${core}/vote/Policy`),
  mutant("MessageWindow", "H7", `${core}/session/Status`),
  mutant("AnySigner", "H8", `${core}/fact/Decode`),
  mutant("AnySeal", "H8", "@chorus/runtime/Entry"),
  mutant("AnyoneEnds", "H8", `${core}/task/Registry`),
  mutant("NoBan", "H10", `${core}/ban/Forks`),
  mutant("LastOpeningWins", "H11", `${core}/session/Session`),
  mutant("NothingMissing", "H12", `${core}/catchup/Difference`),
  mutant("DeafToPeers", "H12", `${core}/catchup/CatchUp`),
  mutant("ForgetsAtRestart", "H12 H30", "@chorus/runtime/Restore"),
  mutant("DeafToEscalations", "H13", `${core}/session/Session`),
  mutant("NoTakeover", "H14", `${core}/duty/Turn`),
  mutant("NoFallback", "H14 H34", `${core}/duty/Duties`),
  mutant("NeverBound", "H15", `${core}/vote/Voting`),
  mutant("OneLog", "H15", `${core}/fact/Writer`),
  mutant("ForgetfulStore", "H15 H30", "@chorus/slurp/MemoryFactStore"),
  mutant("EscalatedFirst", "H16", `${core}/session/Status`),
  mutant("NeverOverdue", "H17", `${core}/duty/Duty`),
  mutant("SilentExpiry", "H18", `${core}/slurp/SlurpEvent`),
  mutant("ActivityExtends", "H19", `${core}/duty/Duties`),
  mutant("WallClockDeadlines", "H20", `${core}/duty/Duties`),
  mutant("ThrowsOnUnknown", "H21 H39", `${core}/fact/Decode`),
  mutant("EmptyInbox", "H22", `${core}/session/Status`),
  mutant("EventPerNode", "H23 H30", `${core}/slurp/SlurpEvent`),
  mutant("DeafToRulings", "H24", `${core}/session/Session`),
  mutant("AnyoneRules", "H24", `${core}/ruling/People`),
  mutant("ForgetsWhatWaits", "H18 H25", `${core}/memory/Forget`),
  mutant("RecallsNothing", "H25", `${core}/memory/Recall`),
  mutant("BookmarkSkips", "H25 H30", `${core}/coordination/Bookmark`),
  mutant("NoOutbox", "H30", "@chorus/runtime/Outbox"),
  mutant("AnyPlan", "H34", `${core}/plan/PlanContent`)
]
