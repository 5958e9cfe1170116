/**
 * What there is to say about a claim: the dependencies that are found for it, and the open tasks of
 * its repository that it meets. All of it still has to pass the budget.
 */
import * as HashMap from "effect/HashMap"
import * as HashSet from "effect/HashSet"
import * as Link from "../contract/Link.ts"
import type { Fact } from "../fact/Fact.ts"
import { fromKey } from "../identity/AgentId.ts"
import type { FactId } from "../identity/FactId.ts"
import * as Replica from "../replica/Replica.ts"
import * as Registry from "../task/Registry.ts"
import * as TaskContext from "../task/TaskContext.ts"
import type { Context, State } from "./DetectionMachine.ts"
import * as Detector from "./Detector.ts"
import * as Feedback from "./Feedback.ts"
import * as Index from "./Index.ts"
import type { Parameters } from "./Parameters.ts"
import * as RateController from "./RateController.ts"
import * as Territory from "./Territory.ts"

/** The claims whose place in the index a fact may change; a node's words are about its own claims. */
export const concerned = (
  fact: Fact,
  { replica }: Pick<Context, "replica">
): ReadonlyArray<Registry.Claim> => {
  const ids = (): ReadonlyArray<FactId> => {
    switch (fact.data.message_type) {
      case "task_claimed":
        return [fact.id]
      case "claim_renewed":
      case "task_released":
      case "task_completed":
        return [fact.data.claim]
      case "task_announced":
      case "task_updated":
        return (replica.tasks.claimsOf.get(TaskContext.key(fact.data.task)) ?? [])
          .filter((id) => Registry.claimById(replica.tasks, id)?.origin.node === fact.from)
      default:
        return []
    }
  }
  return ids().flatMap((id) => Registry.claimById(replica.tasks, id) ?? [])
}

/** The own claims, not looked at soon anyway, that name a contract which the fact may be about. */
export const naming = (
  { index, own, waiting }: State,
  fact: Fact,
  { replica }: Context
): ReadonlyArray<FactId> => {
  if (fact.data.message_type !== "contracts_stated" || HashSet.isEmpty(own)) return []
  const { namedBy } = Link.known(replica)
  return [...own].filter((id) => {
    const entry = Index.get(index, id)?.entry
    return entry !== undefined && !HashMap.has(waiting, id) && namedBy(entry.task).length > 0
  })
}

/** What a node goes by now: among many tasks the threshold follows the rate of alerts. */
export const parametersOf = (
  { index, steady }: Pick<State, "index" | "steady">,
  { detection }: Context["settings"]
): Parameters =>
  steady === undefined || Index.size(index) < detection.settled
    ? detection
    : { ...detection, threshold: RateController.thresholdOf(steady) }

/** What the claim depends on, as far as this node holds one side; the surest first. */
export const dependencies = (
  state: State,
  entry: Index.Entry,
  { at, lessons, node, replica, settings }: Context
): ReadonlyArray<Detector.Detection> =>
  Detector.detect(state.index, entry, {
    ...Detector.defaults,
    feedback: Feedback.ofVerdicts(lessons.pairs),
    contracts: Link.known(replica),
    parameters: parametersOf(state, settings),
    rules: [...Detector.defaults.rules, ...settings.rules],
    nowMillis: at.wallMillis,
    limit: settings.alertsPerClaim * 4
  }).filter(({ task1, task2 }) =>
    [task1, task2].some(({ agent }) => fromKey(agent).node === node) &&
    [task1, task2].every(({ claim }) => stillCounts(claim, replica))
  )

/** The tasks that declare to touch what the entry does, but for pairs that a holder muted. */
export const encounters = (
  { territory }: State,
  { agent, claim, task }: Index.Entry,
  { replica }: Context
): ReadonlyArray<Territory.Encounter> =>
  Territory.meeting(territory, { repository: task.repository, ...Territory.declares(task) })
    .filter(({ held }) =>
      held.claim !== claim && Replica.mutedBy(replica, {
        task1: TaskContext.key(task),
        task2: held.task,
        rule: undefined,
        holders: [agent, held.agent].map((each) => fromKey(each).node)
      }) === undefined
    )

/** The index keeps the claims of a node that was banned until they lapse. */
const stillCounts = (id: FactId, replica: Replica.Replica): boolean => {
  const claim = Registry.claimById(replica.tasks, id)
  return claim !== undefined && Replica.world(replica).counts(claim.origin)
}
