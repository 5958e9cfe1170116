/**
 * What a person can choose in a case, the recommended option first.
 *
 *     order (first A, first B)   apart   nothing to do   plans (certified, else the best)   rulings
 *     └───── closed with the opening ─────────────┘    └ by round ┘
 *
 * Recommended is, in this order: what a ruling that stands says, by a person who may rule still;
 * that there is nothing to do, when half of the members dismissed the alert; the plan that more
 * agree to than object to, or nobody objects to; the order that the dependency names; the best
 * plan; to go on apart. A ruling in the words of another option is that option.
 */
import { show } from "../identity/AgentId.ts"
import * as Hash from "../identity/Hash.ts"
import type { PersonId } from "../identity/NodeId.ts"
import type { People } from "../ruling/People.ts"
import * as Deliberation from "../session/Deliberation.ts"
import type { OpenedClaim } from "../session/Opening.ts"
import type { Plan } from "../session/Session.ts"
import * as Status from "../session/Status.ts"
import * as TaskContext from "../task/TaskContext.ts"
import type { Option, Reason } from "./Case.ts"
import { isObjection, type Vote } from "../vote/Vote.ts"

/** So many plans and rulings are offered. */
const plansMax = 3
const rulingsMax = 4
/** The rounds that a session can have. */
const rounds = [1, 2, 3] as const
/** So much of a ruling is shown; the ruling that chooses it says it in full. */
const labelMax = 120

export interface Offer {
  /** The recommended one first, the others by letter. */
  readonly options: ReadonlyArray<Option>
  /** The keys of options by letter; an empty one is kept free for the plan of a round. */
  readonly keys: ReadonlyArray<string>
}

export const of = (session: Status.Opened, world: Status.World, people: People, reason: Reason): Offer => {
  const isRuled = reason === "rulings_differ" || reason === "person_revoked" || reason === "quorum_missing"
  const rulings = isRuled ? standing(session, world, people) : []
  const plans = offered(session, world)
  const closed = [
    ...ordersOf(session.opening.claims),
    apart,
    ...(session.opening.kind === "planning" ? [] : [nothing])
  ]
  const plain = [...closed, ...plans.map((plan) => adopting(session, world, plan))]
  const options = [
    ...plain.map((option) => introduced(option, rulings.find((said) => isAlike(said.option, option)))),
    ...rulings
      .filter((said) => !plain.some((option) => isAlike(said.option, option)))
      .map((said) => introduced(said.option, said))
  ]
  const ruled = rulings.find(({ isGood }) => isGood)?.option
  const first = ruled === undefined
    ? recommended(session, world, plans)
    : options.find((option) => isAlike(option, ruled))?.key
  const keys = byLetter(closed, plans, options)
  const rank = ({ key }: Option): number => (key === first ? -1 : keys.indexOf(key))
  return { options: [...options].sort((a, b) => rank(a) - rank(b)), keys }
}

/** Is a ruling in these words the option to adopt the plan? */
export const adopts = (decision: string, plan: Plan): boolean => decision === holds(plan)

/** Whoever chooses the one rules as who chooses the other. */
const isAlike = (a: Pick<Option, "decision" | "verdict">, b: Pick<Option, "decision" | "verdict">): boolean =>
  a.decision === b.decision && a.verdict === b.verdict

/** What no later fact can move comes first, so that nodes give the same letters, whatever each saw when. */
const byLetter = (
  closed: ReadonlyArray<Option>,
  plans: ReadonlyArray<Plan>,
  options: ReadonlyArray<Option>
): ReadonlyArray<string> => {
  const byRound = rounds.map((round) => plans.find((plan) => plan.round === round))
    .map((plan) => (plan === undefined ? "" : planKey(plan)))
  const placed = [...closed.map(({ key }) => key), ...byRound]
  return [...placed, ...options.map(({ key }) => key).filter((key) => !placed.includes(key))]
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
  const of = (counts: (vote: Vote) => boolean, word: string): ReadonlyArray<string> => {
    const agents = new Set(votes.filter(counts).map(({ agent }) => agent))
    const names = [...agents].map((agent) => show(agent, roster)).join(", ")
    return names === "" ? [] : [`${names} ${word}`]
  }
  // Who agreed to a better plan objects to this one as superseded, and has nothing against it.
  const stances = [...of(({ stance }) => stance === "agree", "for"), ...of(isObjection, "against")].join("; ")
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

/** What rulings that stand say alike, and who ruled so. */
interface Said {
  readonly option: Option
  readonly who: string
  /** Whether one of them may rule still. */
  readonly isGood: boolean
}

/** What the rulings that stand say, each once, the one that counts first. */
const standing = (session: Status.Opened, world: Status.World, people: People): ReadonlyArray<Said> => {
  const nameOf = (by: PersonId): string => {
    const name = people.known.find(({ person }) => person === by)?.name ?? by.slice(-8)
    return world.inGoodStanding(by) ? name : `${name}, since revoked,`
  }
  const all = Status.unreplacedRulings(session, world).flatMap(({ by, ruling }) =>
    ruling.kind === "decide_session" ? [{ ...ruling, by }] : [])
  return all
    .filter((ruling, at) => all.findIndex((other) => isAlike(other, ruling)) === at)
    .slice(0, rulingsMax)
    .map((ruling) => {
      const authors = [...new Set(all.filter((other) => isAlike(other, ruling)).map(({ by }) => by))]
      return {
        option: optionOf(ruling),
        who: authors.map(nameOf).join(" and "),
        isGood: authors.some(world.inGoodStanding)
      }
    })
}

/** Its key is that of the words, so who rules the same again moves no letter. */
const optionOf = ({ decision, verdict }: Pick<Option, "decision" | "verdict">): Option => ({
  key: `ruling:${Hash.ofText(JSON.stringify([decision, verdict ?? null])).slice(0, 12)}`,
  label: (decision.length > labelMax ? `${decision.slice(0, labelMax - 1)}…` : decision) +
    (verdict === "dismissed" ? " (the alert was about nothing)" : ""),
  decision,
  ...(verdict === undefined ? {} : { verdict })
})

const introduced = (option: Option, said: Said | undefined): Option =>
  said === undefined ? option : { ...option, label: `as ${said.who} ruled: ${option.label}` }

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
