/**
 * Commands about mutes: silence the pair, the rule or the repositories of an alert, and take it back.
 *
 * A mute changes no session; the one that it was stated at goes on. (docs/rules.md, 6)
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { draft } from "../fact/Draft.ts"
import type { Covers } from "../fact/MeshFacts.ts"
import { fromKey, key as agentKey } from "../identity/AgentId.ts"
import * as TaskKey from "../identity/TaskKey.ts"
import * as Mutes from "../mute/Mutes.ts"
import * as Replica from "../replica/Replica.ts"
import type { Opened } from "../session/Status.ts"
import { type Carried, type Command, type Context, type Refused, refused } from "./Command.ts"

type Outcome = Result.Result<Carried, Refused>

export const mute = (
  context: Context,
  session: Opened,
  { agent, because, covers }: Command & { readonly _tag: "Mute" }
): Outcome => {
  const { account, claims, kind, roster } = session.opening
  const [first, second] = claims
  if (!roster.includes(agentKey({ node: context.node, name: agent }))) {
    return Result.fail(refused(`${agent} is not a member of ${session.id}`))
  }
  if (kind === "planning" || first === undefined || second === undefined || first.task === second.task) {
    return Result.fail(refused(`${session.id} came of no alert about two tasks; there is nothing to mute`))
  }
  const rule = account.dependency?.relationship
  if (covers === "rule" && rule === undefined) {
    return Result.fail(refused(`no rule named ${session.id}; mute its pair or its repositories`))
  }
  const { counts } = Replica.world(context.replica)
  const own = Option.getOrElse(
    HashMap.get(context.replica.mutes.broad, context.node),
    () => HashMap.empty<string, Mutes.Stated>()
  )
  if (covers !== "pair" && HashMap.size(own) >= Mutes.broadMax - 1) {
    return Result.fail(refused("this node stated all the mutes beyond a pair that others remember"))
  }
  const [task1, task2] = [first.task, second.task]
  const named = covers === "rule" ? rule : undefined
  const before = Mutes.all(context.replica.mutes, counts).find((known) =>
    known.origin.node === context.node && known.covers === covers && known.rule === named &&
    keyOf(covers, known.task1, known.task2) === keyOf(covers, task1, task2))
  const summary = `muted ${inWords(covers, named, task1, task2)}; sessions that are open go on`
  return Result.succeed({
    drafts: before !== undefined ? [] : [draft({
      message_type: "alert_muted",
      task1,
      task2,
      agent_id: agent,
      because,
      ...(covers === "pair" ? {} : { covers }),
      ...(named === undefined ? {} : { rule: named })
    })],
    done: {
      summary: before === undefined ? summary : `${summary} (it was muted already)`,
      session: session.id
    }
  })
}

export const unmute = (
  { node, replica }: Context,
  { agent, mute: id }: Command & { readonly _tag: "Unmute" }
): Outcome => {
  const known = Mutes.all(replica.mutes, Replica.world(replica).counts).find((each) => each.id === id)
  if (known === undefined) {
    return Result.fail(refused(`no mute ${id} is in effect; \`chorus mutes\` lists them`))
  }
  const { covers, origin, rule, task1, task2 } = known
  if (origin.node !== node) {
    return Result.fail(refused(
      `${fromKey(known.agent).name} of another node stated this mute, and that node alone can lift it`
    ))
  }
  return Result.succeed({
    drafts: [draft({
      message_type: "mute_lifted",
      mute: id,
      task1,
      task2,
      agent_id: agent,
      ...(covers === "pair" ? {} : { covers })
    })],
    done: { summary: `lifted the mute of ${inWords(covers, rule, task1, task2)}` }
  })
}

/** What a mute covers, in words. */
export const inWords = (
  covers: Covers,
  rule: string | undefined,
  task1: TaskKey.TaskKey,
  task2: TaskKey.TaskKey
): string =>
  covers === "rule"
    ? `the rule ${rule ?? ""}`
    : covers === "pair"
    ? `${task1} and ${task2}`
    : `all between ${TaskKey.repository(task1)} and ${TaskKey.repository(task2)}`

const keyOf = (covers: Covers, task1: TaskKey.TaskKey, task2: TaskKey.TaskKey): string =>
  covers === "rule"
    ? ""
    : covers === "pair" ? Mutes.pairOf(task1, task2) : Mutes.repositoriesOf(task1, task2)
