/**
 * A crowd of remote agents that never stops working: session after session, each of ten messages.
 *
 *     two claims · dependency · plan · two votes · certificate · a word · two completions
 *
 * One session in ten is never agreed and expires with its claims. Each author goes on in a new log
 * now and then, as after a restart. The crowd remembers nothing but where its logs stand.
 */
import { type Draft, draft } from "@chorus/coordination-core/fact/Draft"
import { type Topic, table } from "@chorus/coordination-core/fact/FactTable"
import * as Writer from "@chorus/coordination-core/fact/Writer"
import { AgentName, key as agentKey } from "@chorus/coordination-core/identity/AgentId"
import { type FactId, LogNonce } from "@chorus/coordination-core/identity/FactId"
import type { NodeId } from "@chorus/coordination-core/identity/NodeId"
import * as TaskKey from "@chorus/coordination-core/identity/TaskKey"
import * as MeshSettings from "@chorus/coordination-core/mesh/MeshSettings"
import * as PlanHash from "@chorus/coordination-core/plan/PlanHash"
import * as Opening from "@chorus/coordination-core/session/Opening"
import * as MemorySigner from "@chorus/pubsub-memory/MemorySigner"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Result from "effect/Result"

/** Messages of a session. */
export const messagesPerSession = 10

/** A log has so many facts before its author opens the next. */
const logMax = 20_000

const authors = ["ada", "bob", "cyn", "dan"]
const word = "I will keep the old field until Friday, and tell you before it goes."

interface Sent {
  readonly topic: Topic
  readonly sealed: Uint8Array
}

/** Where the log of an author stands that wrote last. */
export interface Crowd {
  /** The messages of the next session, at this time. */
  readonly session: (wallMillis: number) => Effect.Effect<ReadonlyArray<Sent>>
  /** The logs that are being written, and their last places. */
  readonly places: () => ReadonlyArray<Writer.State>
  readonly nodes: ReadonlyArray<NodeId>
}

interface Author {
  readonly name: AgentName
  readonly signer: ReturnType<typeof MemorySigner.make>
  writer: Writer.State
}

/** A crowd in the mesh of these settings. */
export const make = (mesh: MeshSettings.MeshSettings): Crowd => {
  let logs = 0
  const nonce = () => LogNonce.make((0xc0ffee + ++logs).toString(16).padStart(16, "0"))
  const crowd = authors.map((name): Author => {
    const signer = MemorySigner.make(MemorySigner.idOf(name))
    return { name: AgentName.make(name), signer, writer: Writer.open(signer.self, nonce()) }
  })
  let sessions = 0

  const state = Effect.fnUntraced(function*(
    author: Author,
    stated: Draft,
    wallMillis: number,
    embedded: ReadonlyArray<Stated> = []
  ) {
    if (author.writer.next > logMax) author.writer = Writer.open(author.signer.self, nonce())
    const written = Result.getOrThrow(Writer.write(author.writer, stated, {
      wallMillis,
      liveFrom: {},
      embedded: embedded.map(({ sealed }) => Base64.encode(sealed))
    }))
    author.writer = written.state
    const sealed = yield* Effect.orDie(author.signer.seal("fact", written.payload))
    const type = stated.data.message_type
    return { id: written.decoded.fact.id, sealed, topic: table[type].topic } satisfies Stated
  })

  return {
    nodes: crowd.map(({ signer }) => signer.self),
    places: () => crowd.map(({ writer }) => writer),
    session: Effect.fnUntraced(function*(wallMillis) {
      const number = ++sessions
      const [one, other] = [crowd[number % crowd.length], crowd[(number + 1) % crowd.length]]
      if (one === undefined || other === undefined) throw new Error("the crowd is empty")
      return yield* conversation(mesh, number, one, other, wallMillis, state)
    })
  }
}

interface Stated extends Sent {
  readonly id: FactId
}

type State = (
  author: Author,
  stated: Draft,
  wallMillis: number,
  embedded?: ReadonlyArray<Stated>
) => Effect.Effect<Stated>

const conversation = Effect.fnUntraced(function*(
  mesh: MeshSettings.MeshSettings,
  number: number,
  one: Author,
  other: Author,
  wallMillis: number,
  state: State
) {
  const sides = [one, other].map((author, side) => ({ author, repository: `repo-${side}`, task_id: number }))
  const claims: Array<Stated> = []
  for (const { author, repository, task_id } of sides) {
    claims.push(yield* state(author, draft({
      message_type: "task_claimed",
      repository,
      task_id,
      agent_id: author.name,
      claimed_until_ms: wallMillis + 1_800_000
    }), wallMillis))
  }
  const [task1, task2] = sides.map(({ repository, task_id }) => ({ repository, task_id, title: "some work" }))
  if (task1 === undefined || task2 === undefined) throw new Error("a session has two sides")
  const terms = MeshSettings.terms(mesh)
  const opening = yield* state(one, draft({
    message_type: "dependency_detected",
    dependency: { task1, task2, relationship: "API_Contract", confidence: 0.8, reason: "they share an API" },
    hop_count: 0,
    max_hops: mesh.coordinationHops,
    terms
  }, claims.map(({ id }) => id)), wallMillis, claims)
  const session = Opening.sessionId("dependency", terms, sides.map(({ repository, task_id }, side) => ({
    task: TaskKey.make(repository, task_id),
    claim: claims[side]?.id ?? opening.id
  })))
  const talk = yield* deliberation(session, sides.map(({ author }) => author), number, wallMillis, state)
  const ends: Array<Stated> = []
  for (const [side, { author }] of sides.entries()) {
    const claim = claims[side]?.id ?? opening.id
    const end = { message_type: "task_completed", claim, agent_id: author.name } as const
    ends.push(yield* state(author, draft(end), wallMillis))
  }
  return [...claims, opening, ...talk, ...ends]
})

/** A plan, both votes, the certificate and a word; or, now and then, words alone. */
const deliberation = Effect.fnUntraced(function*(
  session: string,
  members: ReadonlyArray<Author>,
  number: number,
  wallMillis: number,
  state: State
) {
  const [one] = members
  if (one === undefined) throw new Error("a session has members")
  const say = (author: Author, content: string) =>
    state(author, draft({
      message_type: "session_message",
      session_id: session,
      from_agent: author.name,
      content
    }), wallMillis)
  if (number % 10 === 0) {
    return yield* Effect.forEach([0, 1, 2, 3, 4], (turn) => say(members[turn % 2] ?? one, `${turn}: ${word}`))
  }
  const owner = agentKey({ node: one.signer.self, name: one.name })
  const content = {
    items: [{ id: "1", owner, action: "change the API first", depends_on: [], done_when: "it is merged" }],
    share: [],
    watch: [],
    success: ["both tasks work together"]
  }
  const plan = yield* state(one, draft({
    message_type: "coordination_plan",
    session_id: session,
    plan: "COORDINATION PLAN",
    round: 1,
    content,
    made_by: "the crowd"
  }), wallMillis)
  const votes = yield* Effect.forEach(members, (author) =>
    state(author, draft({
      message_type: "coordination_response",
      session_id: session,
      agent_id: author.name,
      response: "fine with me",
      stance: "agree",
      round: 1,
      plan_hash: PlanHash.of(session, 1, undefined, content)
    }), wallMillis))
  const certificate = yield* state(one, draft({
    message_type: "resolution",
    session_id: session,
    resolution: "Consensus reached among participants"
  }, votes.map(({ id }) => id)), wallMillis, votes)
  return [plan, ...votes, certificate, yield* say(one, word)]
})
