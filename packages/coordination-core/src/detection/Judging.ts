/**
 * The judge: a model that may order anew what detection would alert, and may withhold some of it.
 *
 *     found ──asked──▶ waiting ──answer──▶ in the judge's order, without what it withholds
 *                         └──no answer, junk, too late──▶ as detection has it
 *
 * Invariants: the judge adds nothing, so no session opens because of it; what both tasks declare,
 * and what a decisive rule found, is never withheld; what is withheld is listed; an answer that is
 * no arrangement of exactly what was asked about changes nothing. (docs/rules.md, 6)
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import type { FactId } from "../identity/FactId.ts"
import type { Moment } from "../machine/Machine.ts"
import type { TaskContext } from "../task/TaskContext.ts"
import type { Unsaid } from "./Alerts.ts"
import type { Detection } from "./Detector.ts"
import type { Rule } from "./Rule.ts"

/** A task that detection takes to belong together with the one that is asked about, and why. */
export interface Candidate {
  readonly claim: FactId
  readonly task: TaskContext
  readonly relationship: string
  readonly reason: string
}

/** What a judge is told: a task, and its candidates, the surest first. The texts are others' data. */
export interface JudgeRequest {
  readonly task: TaskContext
  readonly candidates: ReadonlyArray<Candidate>
}

/** Each candidate once: those that are worth an alert, the best first, and those that are not. */
export interface Judgement {
  readonly order: ReadonlyArray<FactId>
  readonly withheld: ReadonlyArray<FactId>
}

/** How often the judge was asked, and what became of it; each answer counts once. */
export interface Counts {
  readonly asked: number
  readonly agreed: number
  readonly changed: number
  readonly failed: number
}

export interface State {
  /** By the claim that was asked about. */
  readonly waiting: HashMap.HashMap<FactId, Waiting>
  readonly counts: Counts
}

interface Waiting {
  readonly key: string
  readonly candidates: ReadonlyArray<FactId>
  readonly dueMillis: number
}

export interface Ask {
  readonly _tag: "AskJudge"
  readonly key: string
  readonly request: JudgeRequest
}

/** So many candidates are judged; the others follow them as they are. */
export const candidatesMax = 6
/** So many claims wait for a judge at once; others are not judged. */
export const waitingMax = 32

export const initial: State = {
  waiting: HashMap.empty(),
  counts: { asked: 0, agreed: 0, changed: 0, failed: 0 }
}

/** Asks about what was found for a claim; none where nothing was, or too many wait. */
export const ask = (
  { counts, waiting }: State,
  found: ReadonlyArray<Detection>,
  patienceMillis: number,
  { monotonicMillis }: Moment
): { readonly state: State; readonly ask: Ask } | undefined => {
  const [first] = found
  if (first === undefined) return undefined
  const { claim, task } = first.task1
  if (HashMap.size(waiting) >= waitingMax && !HashMap.has(waiting, claim)) return undefined
  const asked = counts.asked + 1
  const key = `${claim} ${asked}`
  const candidates = found.slice(0, candidatesMax).map(({ reason, relationship, task2 }): Candidate =>
    ({ claim: task2.claim, task: task2.task, relationship, reason }))
  const dueMillis = monotonicMillis + patienceMillis
  const wait = { key, candidates: candidates.map((each) => each.claim), dueMillis }
  return {
    state: { waiting: HashMap.set(waiting, claim, wait), counts: { ...counts, asked } },
    ask: { _tag: "AskJudge", key, request: { task, candidates } }
  }
}

/** The claim that an answer is about, if one waits for it. */
export const claimOf = ({ waiting }: State, key: string): FactId | undefined =>
  [...HashMap.entries(waiting)].find(([, wait]) => wait.key === key)?.[0]

/** The claims whose judge took too long, in their order. */
export const overdue = ({ waiting }: State, { monotonicMillis }: Moment): ReadonlyArray<FactId> =>
  [...HashMap.entries(waiting)]
    .filter(([, { dueMillis }]) => dueMillis <= monotonicMillis)
    .map(([claim]) => claim)
    .sort()

export interface Judged {
  readonly state: State
  readonly found: ReadonlyArray<Detection>
  readonly withheld: ReadonlyArray<Unsaid>
}

/** Ends the wait for a claim with an answer, or with none, and arranges what was found by it. */
export const settle = (
  { counts, waiting }: State,
  claim: FactId,
  judgement: Judgement | undefined,
  found: ReadonlyArray<Detection>,
  rules: ReadonlyArray<Rule>
): Judged => {
  const asked = Option.getOrUndefined(HashMap.get(waiting, claim))
  const rest = HashMap.remove(waiting, claim)
  const counted = (what: "agreed" | "changed" | "failed"): State =>
    ({ waiting: rest, counts: { ...counts, [what]: counts[what] + 1 } })
  if (judgement === undefined || asked === undefined || !arranges(judgement, asked.candidates)) {
    return { state: counted("failed"), found, withheld: [] }
  }
  const placeOf = new Map(judgement.order.map((each, place) => [each, place]))
  const isWithheld = (detection: Detection): boolean =>
    judgement.withheld.includes(detection.task2.claim) && !isFirm(detection, rules)
  const kept = found.filter((each) => !isWithheld(each))
  const place = (each: Detection): number => placeOf.get(each.task2.claim) ?? placeOf.size
  const ordered = [...kept].sort((a, b) => place(a) - place(b))
  const withheld = found.filter(isWithheld).map((each) => ({ ...each, because: "the judge withheld it" }))
  const isSame = withheld.length === 0 && ordered.every((each, at) => each === found[at])
  return { state: counted(isSame ? "agreed" : "changed"), found: ordered, withheld }
}

const arranges = ({ order, withheld }: Judgement, candidates: ReadonlyArray<FactId>): boolean => {
  const named = [...order, ...withheld]
  return named.length === candidates.length && new Set(named).size === named.length &&
    named.every((each) => candidates.includes(each))
}

/** What both declare is no guess, and a decisive rule is a person's word. */
const isFirm = ({ evidence, relationship }: Detection, rules: ReadonlyArray<Rule>): boolean =>
  evidence.some(({ kind }) => kind === "scope") ||
  rules.some(({ decisive, name }) => decisive === true && name === relationship)
