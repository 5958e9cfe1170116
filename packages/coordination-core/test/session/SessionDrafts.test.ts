/**
 * The greatest opening, plan, certificate and escalation of a session fit into one fact.
 *
 * Five members with the longest names, texts in characters of three and four bytes, headers of
 * nodes that were started sixteen times: what is refused here could never be stated.
 */
import { assert, describe, it } from "@effect/vitest"
import { type Draft, draft } from "@chorus/coordination-core/fact/Draft"
import { bytesMax } from "@chorus/coordination-core/fact/Fact"
import { key } from "@chorus/coordination-core/identity/AgentId"
import * as Hash from "@chorus/coordination-core/identity/Hash"
import * as TaskKey from "@chorus/coordination-core/identity/TaskKey"
import * as PlanContent from "@chorus/coordination-core/plan/PlanContent"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as SessionDrafts from "@chorus/coordination-core/session/SessionDrafts"
import type { Opened } from "@chorus/coordination-core/session/Status"
import * as Registry from "@chorus/coordination-core/task/Registry"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import { reasonLengthMax } from "@chorus/coordination-core/vote/Vote"
import * as Result from "effect/Result"
import { bytesOf, characters, filled, long, sealed } from "../fact/wide.ts"
import { replicaOf } from "./scene.ts"

/** A planning session of `members` agents on as many nodes, each name and task as long as can be. */
const scene = (character: string, members: number, claimsEach = 1) => {
  const paper = Paper.make()
  const agents = Array.from({ length: members }, (_, at) =>
    paper.agent(`node ${at}`, `${"long-name.".repeat(6)}-${at}`))
  const claims = agents.flatMap((agent, at) =>
    Array.from({ length: claimsEach }, (_, nth) => {
      const [repository, task_id] = [filled(character, 138) + at, filled(character, 97) + nth]
      paper.state(agent.node, draft({
        message_type: "task_announced",
        task: {
          repository,
          task_id,
          title: long(character, 200),
          project_id: long(character, 100),
          agent_id: agent.name
        },
        version: 1
      }))
      return paper.claim(agent, TaskKey.make(repository, task_id))
    }))
  const session = Paper.session(paper.open("planning", claims))
  const replica = replicaOf(paper)
  const found = Replica.sessionById(replica, session)
  return { paper, agents, claims, replica, session, opened: found, world: Replica.world(replica) }
}

type Scene = ReturnType<typeof scene>

const openedOf = ({ opened }: Scene): Opened => {
  if (opened === undefined) throw new Error("not opened")
  return opened
}

const opening = ({ claims, paper, replica }: Scene, character: string): number => {
  const known = claims.map((claim) => Result.getOrThrow(Result.fromNullishOr(
    Registry.claimById(replica.tasks, claim.id),
    () => "no claim"
  )))
  const stated = SessionDrafts.opening("planning", known, character.repeat(500), replica, paper.settings)
  return bytesOf(stated, claims.map((claim) => {
    const { data } = claim
    return data.message_type === "task_claimed" ? sealed(draft(data)) : ""
  }))
}

/** A vote with the longest reason. */
const vote = (character: string, session: string): Draft =>
  draft({
    message_type: "coordination_response",
    session_id: session,
    agent_id: Paper.make().agent("x", "n".repeat(64)).name,
    response: long(character, reasonLengthMax),
    stance: "object",
    round: 3,
    plan_hash: Paper.planHash(Paper.make().propose("s", Paper.make().agent("x", "m"))),
    superseded_by: Paper.planHash(Paper.make().propose("s", Paper.make().agent("x", "m")))
  })

const certificate = (all: Scene, character: string): number => {
  const session = openedOf(all)
  const votes = all.agents.map(() => vote(character, session.id))
  return bytesOf(SessionDrafts.certificate(session, all.world, []), votes.map(sealed))
}

/** Twelve items that wait for all before them, with texts until the content is full. */
const content = ({ agents }: Scene, character: string): PlanContent.PlanContent => {
  const full = (length: number): PlanContent.PlanContent => {
    const text = long(character, length)
    return {
      items: Array.from({ length: 12 }, (_, at) => ({
        id: String(at),
        owner: key(agents[at % agents.length] ?? { node: Paper.node("a"), name: agents[0]!.name }),
        action: text,
        artefact: text.slice(0, 160),
        depends_on: Array.from({ length: at }, (_none, before) => String(before)),
        done_when: text
      })),
      share: [],
      watch: [],
      success: []
    }
  }
  const length = Array.from({ length: 280 }, (_, at) => 280 - at).find((candidate) =>
    Hash.byteLength(JSON.stringify(full(candidate))) <= PlanContent.bytesMax
  )
  return full(length ?? 0)
}

const plan = (all: Scene, character: string): number => {
  const session = openedOf(all)
  const made = SessionDrafts.plan(session, 3, content(all, character), character.repeat(120), undefined)
  return bytesOf(made, [sealed(vote(character, session.id))])
}

const escalation = (all: Scene, character: string): number =>
  bytesOf(SessionDrafts.escalation(openedOf(all), all.world, character.repeat(500), key(all.agents[0]!)))

describe("SessionDrafts", () => {
  for (const [name, character] of characters) {
    it(`the greatest facts of five members fit, in characters of ${name}`, () => {
      const all = scene(character, 5)

      assert.isAtMost(opening(all, character), bytesMax)
      assert.isAtMost(certificate(all, character), bytesMax)
      assert.isAtMost(plan(all, character), bytesMax)
      assert.isAtMost(escalation(all, character), bytesMax)
    })

    it(`plan and escalation of five members over 16 tasks fit, in characters of ${name}`, () => {
      const all = scene(character, 4, 4)

      assert.isAtMost(plan(all, character), bytesMax)
      assert.isAtMost(escalation(all, character), bytesMax)
    })
  }

  it("where there is room the seed's fields are there", () => {
    const paper = Paper.make()
    const [a, b] = [paper.agent("a", "api"), paper.agent("b", "web")]
    const claims = [paper.claim(a, "backend-api#42"), paper.claim(b, "frontend-app#43")]
    const session = Paper.session(paper.depend(claims[0]!, claims[1]!))
    const replica = replicaOf(paper)
    const opened = Replica.sessionById(replica, session)!
    const stated = SessionDrafts.plan(opened, 1, Paper.content(a, "do it"), "template", undefined).data

    assert.include(stated, {
      message_type: "coordination_plan",
      message: "Coordination plan generated for dependency: API_Contract"
    })
    assert.deepInclude(stated, {
      tasks_involved: opened.opening.claims.map(({ task }) => ({
        repository: TaskKey.repository(task),
        task_id: TaskKey.id(task),
        title: task
      })),
      participants: {
        api: { agent_id: "api", repository: "backend-api", peer_id: a.node },
        web: { agent_id: "web", repository: "frontend-app", peer_id: b.node }
      }
    })
    const certified = SessionDrafts.certificate(opened, Replica.world(replica), []).data
    assert.include(certified, { resolution: "Consensus reached among participants" })
    const unasked = SessionDrafts.escalation(opened, Replica.world(replica), "why").data
    assert.notProperty(unasked, "requested_by")
    const escalated = SessionDrafts.escalation(opened, Replica.world(replica), "why", key(a)).data
    assert.include(escalated, { escalation_reason: "why", requires_human: true, requested_by: key(a) })
  })

  it("an opening says what its tasks are, in the words of those who hold them", () => {
    const paper = Paper.make()
    const agents = [paper.agent("a", "api"), paper.agent("b", "web")]
    const facts = agents.map((agent, at) => paper.claim(agent, `repo-${at}#1`))
    paper.state(agents[0]!.node, draft({
      message_type: "task_announced",
      task: { repository: "repo-0", task_id: 1, title: "the words" },
      version: 1
    }))
    const replica = replicaOf(paper)
    const claims = facts.map(({ id }) => Registry.claimById(replica.tasks, id)!)
    const { data, embed } = SessionDrafts.opening("planning", claims, "why", replica, paper.settings)

    assert.deepInclude(data, {
      session_kind: "planning",
      tasks_involved: [
        { task_id: 1, repository: "repo-0", title: "the words" },
        { task_id: "1", repository: "repo-1", title: "repo-1#1" }
      ]
    })
    assert.deepStrictEqual(embed, facts.map(({ id }) => id))
    assert.strictEqual(replica.sessions.size, 0)
  })
})
