/**
 * From a command to the facts that come of it.
 *
 * `decide` gives drafts, or a refusal that says what to do; it never throws and has no state of
 * its own. (docs/rules.md, 5 and 7)
 */
import * as Result from "effect/Result"
import { cut, line } from "../detection/Sentence.ts"
import { draft } from "../fact/Draft.ts"
import { type AgentKey, type AgentName, key as agentKey } from "../identity/AgentId.ts"
import * as MeshSettings from "../mesh/MeshSettings.ts"
import * as Replica from "../replica/Replica.ts"
import * as People from "../ruling/People.ts"
import * as Opening from "../session/Opening.ts"
import * as SessionDrafts from "../session/SessionDrafts.ts"
import * as Status from "../session/Status.ts"
import * as Voting from "../vote/Voting.ts"
import * as ContractCommands from "./ContractCommands.ts"
import { type Carried, type Command, type Context, type Refused, refused } from "./Command.ts"
import * as DeliveryCommands from "./DeliveryCommands.ts"
import * as MuteCommands from "./MuteCommands.ts"
import * as TaskCommands from "./TaskCommands.ts"

/** The drafts of a command, or why there are none. */
export const decide = (command: Command, context: Context): Result.Result<Carried, Refused> => {
  if (People.isRevokedMember(context.replica.people, context.node)) {
    const elsewhere = command._tag === "Rule" ? "; rule at another node" : ""
    return Result.fail(refused(`this node was revoked by a ruling: what it states has no effect${elsewhere}`))
  }
  switch (command._tag) {
    case "Claim":
      return TaskCommands.claim(context, command)
    case "Announce":
      return TaskCommands.announce(context, command)
    case "Update":
      return TaskCommands.update(context, command)
    case "Release":
    case "Complete":
      return TaskCommands.end(context, command)
    case "StateContracts":
      return ContractCommands.state(context, command)
    case "Open":
      return open(context, command)
    case "Say":
      return inSession(context, command.session, (session) => say(context, session, command))
    case "Answer":
      return inSession(context, command.session, (session) => answer(context, session, command))
    case "Escalate":
      return inSession(context, command.session, (session) => escalate(context, session, command))
    case "Mute":
      return inSession(context, command.session, (session) => MuteCommands.mute(context, session, command))
    case "Note":
      return DeliveryCommands.note(context, command)
    case "Unmute":
      return MuteCommands.unmute(context, command)
    case "Rule":
      return rule(context, command)
  }
}

const ownKey = (context: Context, name: AgentName): AgentKey => agentKey({ node: context.node, name })

const inSession = (
  { replica }: Context,
  id: string,
  then: (session: Status.Opened) => Result.Result<Carried, Refused>
): Result.Result<Carried, Refused> => {
  const session = Replica.sessionById(replica, id)
  return session === undefined
    ? Result.fail(refused(`no session ${id} is known here; \`chorus sessions\` lists them`))
    : then(session)
}

const isMember = (
  context: Context,
  session: Status.Opened,
  agent: AgentName
): Result.Result<Status.Opened, Refused> =>
  session.opening.roster.includes(ownKey(context, agent))
    ? Result.succeed(session)
    : Result.fail(refused(`${agent} is not a member of ${session.id}`))

const say = (
  context: Context,
  session: Status.Opened,
  { agent, intent, text }: Command & { readonly _tag: "Say" }
): Result.Result<Carried, Refused> =>
  Result.map(isMember(context, session, agent), () => ({
    drafts: [draft({
      message_type: "session_message",
      session_id: session.id,
      from_agent: agent,
      content: text,
      ...(intent === undefined ? {} : { intent })
    })],
    done: { summary: `said in ${session.id}`, session: session.id }
  }))

const answer = (
  context: Context,
  session: Status.Opened,
  command: Command & { readonly _tag: "Answer" }
): Result.Result<Carried, Refused> => {
  if (!context.settled) {
    return Result.fail(refused(
      "the node is still asking its peers for its own older votes; try again in half a minute",
      true
    ))
  }
  const { dismisses = false, plan, reason, stance } = command
  const agent = ownKey(context, command.agent)
  const world = Replica.world(context.replica)
  return Result.mapBoth(Voting.cast(session, world, { agent, stance, reason, plan, dismisses }), {
    onFailure: (message) => refused(message),
    onSuccess: (cast) => ({
      drafts: cast.draft === undefined ? [] : [cast.draft],
      done: {
        summary: `${command.agent}: ${stance} on plan ${cast.plan.hash.slice(0, 12)} ` +
          `(round ${cast.plan.round}) of ${session.id}` +
          (cast.draft === undefined ? ", as before: a vote and its reason are final" : ""),
        session: session.id,
        plan: cast.plan.hash
      }
    })
  })
}

const escalate = (
  context: Context,
  session: Status.Opened,
  { agent, reason }: Command & { readonly _tag: "Escalate" }
): Result.Result<Carried, Refused> =>
  Result.flatMap(isMember(context, session, agent), () => {
    const world = Replica.world(context.replica)
    const status = Status.statusOf(session, world)
    const why = `Escalation requested by agent ${agent}: ${reason}`
    if (Status.atLeast(status, "resolved")) {
      return Result.fail(refused(`the session is ${status}; there is nothing to escalate`))
    }
    const isStated = Status.escalationReasons(session, world).includes(why)
    return Result.succeed({
      drafts: isStated ? [] : [SessionDrafts.escalation(session, world, why, ownKey(context, agent))],
      done: {
        summary: isStated
          ? `${session.id} waits for a person already, for this reason`
          : `${session.id} waits for a person`,
        session: session.id
      }
    })
  })

const open = (
  context: Context,
  { agent, kind, reason, tasks }: Command & { readonly _tag: "Open" }
): Result.Result<Carried, Refused> =>
  Result.flatMap(TaskCommands.claimsToOpen(context, kind, tasks), (claims) => {
    const terms = MeshSettings.terms(context.settings)
    const session = Opening.sessionId(kind, terms, claims.map(({ id, task }) => ({ claim: id, task })))
    const owners = new Set(claims.map((claim) => claim.agent))
    if (!owners.has(ownKey(context, agent))) {
      return Result.fail(refused(`${agent} holds none of these tasks; claim one first`))
    }
    if (owners.size < 2) {
      return Result.fail(refused(`${agent} holds all of these tasks; there is nobody to agree with`))
    }
    if (owners.size > terms.max_participants) {
      return Result.fail(refused(
        `${owners.size} agents hold these tasks, and a session has at most ${terms.max_participants} members`
      ))
    }
    const known = Replica.sessionById(context.replica, session)
    if (known !== undefined) {
      const status = Status.statusOf(known, Replica.world(context.replica))
      const is = status === "active" ? "open" : status
      return Result.succeed({ drafts: [], done: { summary: `${session} is ${is} already`, session } })
    }
    return Result.succeed({
      drafts: [SessionDrafts.opening(kind, claims, reason, context.replica, context.settings)],
      done: { summary: `opened ${session}`, session }
    })
  })

const rule = (
  { replica }: Context,
  { ruling, sealed }: Command & { readonly _tag: "Rule" }
): Result.Result<Carried, Refused> => {
  const world = Replica.world(replica)
  if (!world.inGoodStanding(ruling.by)) {
    return Result.fail(refused(
      `${ruling.by} is not a person of this mesh, or was revoked; \`chorus people\` lists who may rule`
    ))
  }
  const said = ruling.ruling
  const session = said.kind === "decide_session" ? said.session_id : undefined
  if (session !== undefined && Replica.sessionById(replica, session) === undefined) {
    return Result.fail(refused(`no session ${session} is known here`))
  }
  return Result.succeed({
    drafts: [draft({ message_type: "ruling", ruling: sealed })],
    done: {
      summary: said.kind === "decide_session"
        ? `decided ${said.session_id}: ${cut(line(said.decision), 200)}`
        : `ruled: ${said.kind.replace("_", " ")}`,
      ...(session === undefined ? {} : { session })
    }
  })
}
