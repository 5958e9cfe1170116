/**
 * What a person can choose in a case, the recommended option first.
 *
 *     plans (certified, else the best)   order (first A, first B)   apart   nothing to do   rulings
 *
 * Recommended is, in this order: what a ruling that stands says; that there is nothing to do, when
 * half of the members dismissed the alert; the plan that more agree to than object to, or nobody
 * objects to; the order that the dependency names; the best plan; to go on apart.
 */
import { show } from "../identity/AgentId.ts"
import type { Person, People } from "../ruling/People.ts"
import type { Ruling } from "../ruling/Ruling.ts"
import * as Deliberation from "../session/Deliberation.ts"
import type { OpenedClaim } from "../session/Opening.ts"
import type { Plan } from "../session/Session.ts"
import * as Status from "../session/Status.ts"
import * as TaskContext from "../task/TaskContext.ts"
import type { Option, Reason } from "./Case.ts"

/** So many plans and rulings are offered. */
const plansMax = 3
const rulingsMax = 4
/** So much of a ruling is shown; the ruling that chooses it says it in full. */
const labelMax = 120

export const of = (
  session: Status.Opened,
  world: Status.World,
  people: People,
  reason: Reason
): ReadonlyArray<Option> => {
  const isRuled = reason === "rulings_differ" || reason === "person_revoked" || reason === "quorum_missing"
  const rulings = (isRuled ? Status.unreplacedRulings(session, world) : [])
    .slice(0, rulingsMax)
    .flatMap((ruling) => standing(people.known, ruling))
  const plans = offered(session, world)
  const orders = ordersOf(session.opening.claims)
  const options = [
    ...rulings,
    ...plans.map((plan) => adopting(session, world, plan)),
    ...orders,
    apart,
    ...(session.opening.kind === "planning" ? [] : [nothing])
  ]
  const first = rulings[0]?.key ?? recommended(session, world, plans)
  return [...options].sort((a, b) => Number(b.key === first) - Number(a.key === first))
}

/** What the one ruling that stands says in the words of an option: a plan, or who goes first and who then. */
export const chosen = (
  session: Status.Opened,
  world: Status.World
): { readonly plan?: Plan; readonly order?: ReadonlyArray<OpenedClaim> } => {
  const [standing, ...others] = Status.unreplacedRulings(session, world)
  if (others.length > 0 || standing?.ruling.kind !== "decide_session") return {}
  const { decision } = standing.ruling
  const plan = plansOf(session, world).find((each) => holds(each) === decision)
  const order = sidesOf(session.opening.claims).find(([first, then]) => leads(first, then) === decision)
  return { ...(plan === undefined ? {} : { plan }), ...(order === undefined ? {} : { order }) }
}

const apart: Option = {
  key: "apart",
  label: "let them go on apart",
  decision: "the members go on apart; whoever lands later adapts to what is there"
}

const nothing: Option = {
  key: "nothing",
  label: "nothing to do: the alert was about nothing",
  decision: "there is nothing to coordinate here",
  verdict: "dismissed"
}

const planKey = ({ hash }: Pick<Plan, "hash">): string => `plan:${hash.slice(0, 12)}`
const firstKey = ({ task }: OpenedClaim): string => `first:${task}`

/** A plan to do nothing has its own option. */
const offered = (session: Status.Opened, world: Status.World): ReadonlyArray<Plan> =>
  plansOf(session, world).filter(({ content }) => content.nothing_to_do === undefined).slice(0, plansMax)

/** Certified plans, where there are any, then the best ones. */
const plansOf = (session: Status.Opened, world: Status.World): ReadonlyArray<Plan> => {
  const certified = Status.certificatesOf(session)
    .flatMap(({ plan }) => Deliberation.planByHash(session, plan) ?? [])
  const all = [...certified, ...Deliberation.countedPlans(session, world)]
  return all.filter(({ hash }, at) => all.findIndex((plan) => plan.hash === hash) === at)
}

const holds = ({ hash, round }: Plan): string => `plan ${hash.slice(0, 12)} of round ${round} holds`
const leads = (first: OpenedClaim, then: OpenedClaim): string =>
  `${first.task} goes first; ${then.task} builds on what it leaves`

const adopting = (session: Status.Opened, world: Status.World, plan: Plan): Option => {
  const { roster } = session.opening
  const votes = Deliberation.votesOn(session, world, plan.hash)
  const of = (stance: "agree" | "object", word: string): ReadonlyArray<string> => {
    const agents = new Set(votes.filter((vote) => vote.stance === stance).map(({ agent }) => agent))
    const names = [...agents].map((agent) => show(agent, roster)).join(", ")
    return names === "" ? [] : [`${names} ${word}`]
  }
  const stances = [...of("agree", "for"), ...of("object", "against")].join("; ")
  const short = plan.hash.slice(0, 12)
  return {
    key: planKey(plan),
    label: `adopt plan ${short} of round ${plan.round} (${stances === "" ? "no vote yet" : stances})`,
    decision: holds(plan)
  }
}

/** Who goes first, between the two sides of a case; of one task, who keeps it. */
const ordersOf = (claims: ReadonlyArray<OpenedClaim>): ReadonlyArray<Option> => {
  const [one, two, ...more] = claims
  if (one === undefined || two === undefined || more.length > 0) return []
  if (one.task === two.task) {
    return [one, two].map(({ agent }) => {
      const name = show(agent, [one.agent, two.agent])
      const keeps = `${name} keeps ${one.task}`
      return { key: `keep:${agent}`, label: keeps, decision: `${keeps}; the other releases it` }
    })
  }
  return sidesOf(claims).map(([first, then]) =>
    ({ key: firstKey(first), label: `${first.task} goes first`, decision: leads(first, then) }))
}

/** The two tasks of a case, either first. */
const sidesOf = (
  [one, two, ...more]: ReadonlyArray<OpenedClaim>
): ReadonlyArray<readonly [OpenedClaim, OpenedClaim]> =>
  one === undefined || two === undefined || more.length > 0 || one.task === two.task
    ? []
    : [[one, two], [two, one]]

const standing = (known: ReadonlyArray<Person>, { by, id, ruling }: Ruling): ReadonlyArray<Option> => {
  if (ruling.kind !== "decide_session") return []
  const name = known.find(({ person }) => person === by)?.name ?? by.slice(-8)
  const { decision } = ruling
  const words = decision.length > labelMax ? `${decision.slice(0, labelMax - 1)}…` : decision
  return [{
    key: `ruling:${id.slice(0, 12)}`,
    label: `as ${name} ruled: ${words}`,
    decision,
    ...(ruling.verdict === undefined ? {} : { verdict: ruling.verdict })
  }]
}

const recommended = (session: Status.Opened, world: Status.World, plans: ReadonlyArray<Plan>): string => {
  const { account, claims, kind, roster } = session.opening
  const dismissing = new Set(
    Status.countedVotes(session, world).filter(({ dismisses }) => dismisses).map(({ agent }) => agent)
  )
  if (kind !== "planning" && dismissing.size * 2 >= roster.length) return nothing.key
  const lead = (plan: Plan): number =>
    Deliberation.votesOn(session, world, plan.hash)
      .reduce((sum, { stance }) => sum + (stance === "agree" ? 1 : stance === "object" ? -1 : 0), 0)
  const isObjected = (plan: Plan): boolean =>
    Deliberation.votesOn(session, world, plan.hash).some(({ stance }) => stance === "object")
  const [best] = [...plans].sort((a, b) => lead(b) - lead(a))
  if (best !== undefined && (lead(best) > 0 || !isObjected(best))) return planKey(best)
  const direction = account.dependency?.direction
  const leading = direction === undefined || account.dependency === undefined
    ? undefined
    : direction === "task1_first" ? account.dependency.task1 : account.dependency.task2
  const ahead = claims.find(({ task }) => leading !== undefined && task === TaskContext.key(leading))
  if (ahead !== undefined && claims.length === 2) return firstKey(ahead)
  return best === undefined ? apart.key : planKey(best)
}
