/**
 * What agents do: claim tasks that touch each other, answer plans, talk, escalate, finish.
 *
 * An agent looks now and then at what its node knows, and does one thing. It votes by a stance that
 * the seed gave it, and says "I agree" and "I disagree" in words that must not count (I13).
 */
import type * as Command from "@chorus/coordination-core/command/Command"
import type * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import * as TaskKey from "@chorus/coordination-core/identity/TaskKey"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import type { Opened } from "@chorus/coordination-core/session/Status"
import * as Registry from "@chorus/coordination-core/task/Registry"
import * as HashMap from "effect/HashMap"
import * as Result from "effect/Result"
import type { Chance } from "./Chance.ts"
import type { Agent, Cluster } from "./Cluster.ts"
import * as Members from "./Member.ts"

/** What tasks are about; two tasks about one of these belong together. */
const subjects = [
  "api:POST /v1/users", "api:GET /v1/orders", "table:orders", "table:accounts", "env:JWT_SECRET",
  "event:invoice.paid", "schema:Profile", "flag:checkout", "package:auth-client", "infra:queue"
] as const

const verbs = ["change", "replace", "migrate", "use", "extend"] as const

const sayings = [
  "I agree, looks good, approved", "I disagree with everything", "I cannot say this looks good",
  "LGTM \u2705 agree agree", "consensus reached", "objection!"
] as const

/** How long an agent's claim lasts, and how long it thinks between two looks. */
const leaseMillis = 30 * 60_000
const thinkMillis = 240_000

/** An agent holds at most so many tasks at once. */
const heldMax = 2

/** Lets an agent act until `untilMillis`. */
export const live = (cluster: Cluster, agent: Agent, untilMillis: number): void => {
  const { timeline } = cluster.world
  const chance = cluster.world.chance.fork(agent.key)
  const answered = new Map<string, number>()
  const act = () => {
    if (timeline.nowMillis() > untilMillis) return
    timeline.after(chance.exponential(thinkMillis * cluster.pace) + 1000, act)
    const state = Members.state(cluster.world, agent.member)
    if (state !== undefined) look(cluster, agent, chance, state, answered)
  }
  timeline.after(chance.between(1000, thinkMillis * cluster.pace), act)
}

const look = (
  cluster: Cluster,
  agent: Agent,
  chance: Chance,
  state: Coordination.State,
  answered: Map<string, number>
): void => {
  const own = Replica.sessionsWith(state.replica, agent.member.id).flatMap((id) => {
    const session = Replica.sessionById(state.replica, id)
    return session?.opening.roster.includes(agent.key) ? [session] : []
  })
  for (const session of own) {
    const plans = HashMap.size(session.plans)
    if (plans > (answered.get(session.id) ?? 0) && chance.happens(0.8)) {
      answered.set(session.id, plans)
      answer(cluster, agent, chance, session)
      return
    }
  }
  const held = heldBy(state, agent)
  const unfinished = own.filter((session) => HashMap.isEmpty(session.certificates))
  if (unfinished.length > 0 && agent.isChatty && chance.happens(0.8)) {
    return say(cluster, agent, chance, chance.pick(unfinished))
  }
  if (held.length < heldMax && chance.happens(0.4)) return claim(cluster, agent, chance)
  if (own.length > 0 && chance.happens(0.1)) return say(cluster, agent, chance, chance.pick(own))
  if (own.length > 0 && chance.happens(0.04)) return escalate(cluster, agent, chance.pick(own))
  if (held.length > 0 && chance.happens(0.25)) return end(cluster, agent, chance, chance.pick(held))
  if (held.length > 0 && chance.happens(0.2)) update(cluster, agent, chance, chance.pick(held))
}

const heldBy = ({ replica }: Coordination.State, agent: Agent): ReadonlyArray<Registry.Claim> => {
  const { counts } = Replica.world(replica)
  return [...replica.tasks.claims.values()]
    .filter((each) => each.agent === agent.key && Registry.isLive(replica.tasks, each, counts))
    .sort((a, b) => a.id < b.id ? -1 : 1)
}

const claim = (cluster: Cluster, agent: Agent, chance: Chance): void => {
  const subject = chance.pick(subjects)
  const taskId = subjects.indexOf(subject) * 2 + chance.below(2)
  const key = TaskKey.make(agent.repository, taskId)
  ask(cluster, agent, {
    _tag: "Claim",
    agent: agent.name,
    task: {
      repository: agent.repository,
      task_id: taskId,
      title: `${chance.pick(verbs)} ${subject.slice(subject.indexOf(":") + 1)}`,
      scopes: [`${subject}=${chance.pick(verbs)}`]
    },
    leaseMillis
  }, `claims ${key}`, (replica) =>
    [...replica.tasks.claims.values()].some((each) => each.agent === agent.key && each.task === key))
}

const update = (cluster: Cluster, agent: Agent, chance: Chance, { task }: Registry.Claim): void => {
  const title = `now ${chance.pick(verbs)} it, step ${chance.below(1000)}`
  ask(cluster, agent, { _tag: "Update", agent: agent.name, task, changes: { title } }, `updates ${task}`)
}

const end = (cluster: Cluster, agent: Agent, chance: Chance, { task }: Registry.Claim): void => {
  const command: Command.Command = chance.happens(0.5)
    ? { _tag: "Complete", agent: agent.name, task, results: "done" }
    : { _tag: "Release", agent: agent.name, task, because: "" }
  ask(cluster, agent, command, `${command._tag.toLowerCase()}s ${task}`, ({ tasks }, done) => {
    const claim = done.claim === undefined ? undefined : Registry.claimById(tasks, done.claim)
    return claim !== undefined && Registry.endOf(tasks, claim, () => true) !== undefined
  })
}

const answer = (cluster: Cluster, agent: Agent, chance: Chance, { id }: Opened): void => {
  const luck = chance.next()
  const stance = luck < agent.objects ? "object" : luck < agent.objects + agent.abstains ? "abstain" : "agree"
  ask(cluster, agent, {
    _tag: "Answer",
    agent: agent.name,
    session: id,
    stance,
    reason: chance.pick(sayings),
    plan: undefined
  }, `votes ${stance} in ${id.slice(0, 12)}`, (replica) =>
    HashMap.toValues(Replica.sessionById(replica, id)?.votes ?? HashMap.empty()).some((vote) =>
      vote.agent === agent.key))
}

const say = (cluster: Cluster, agent: Agent, chance: Chance, { id }: Opened): void => {
  const text = `${chance.pick(sayings)} (${chance.below(1_000_000)})`
  ask(cluster, agent, { _tag: "Say", agent: agent.name, session: id, text, intent: undefined },
    `says "${text}" in ${id.slice(0, 12)}`, (replica) =>
      HashMap.toValues(Replica.sessionById(replica, id)?.messages ?? HashMap.empty()).some((message) =>
        message.text === text))
}

const escalate = (cluster: Cluster, agent: Agent, { id }: Opened): void =>
  ask(cluster, agent, { _tag: "Escalate", agent: agent.name, session: id, reason: "a person should see it" },
    `escalates ${id.slice(0, 12)}`, (replica) =>
      HashMap.size(Replica.sessionById(replica, id)?.escalations ?? HashMap.empty()) > 0)

/** Asks the agent's node; what the node says it did must be found at the end. */
const ask = (
  { acknowledged, world }: Cluster,
  { member, name }: Agent,
  command: Command.Command,
  words: string,
  isKept: (replica: Replica.Replica, done: Command.Done) => boolean = () => true
): void =>
  Members.ask(member, command, (result) => {
    const isDone = Result.isSuccess(result)
    world.trace.note(name, `${command._tag} ${isDone}`, () =>
      isDone ? words : `wants: ${words}; is told: ${result.failure.message}`)
    if (isDone) {
      const done = result.success
      acknowledged.push({ member, words: `${name} ${words}`, isKept: (replica) => isKept(replica, done) })
    }
  })
