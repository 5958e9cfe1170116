/**
 * What hostile members do, each as a stream of frames for gossip's own protocol.
 *
 * They speak it without gossipsub, so nothing holds them to its rules.
 */
import { draft } from "@chorus/coordination-core/fact/Draft"
import { topics } from "@chorus/coordination-core/fact/FactTable"
import * as Writer from "@chorus/coordination-core/fact/Writer"
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import { LogNonce } from "@chorus/coordination-core/identity/FactId"
import { messageBytesMax } from "@chorus/coordination-core/ports/PubSub"
import type { SignerShape } from "@chorus/coordination-core/ports/Signer"
import { RPC } from "@libp2p/gossipsub/message"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { randomBytes } from "node:crypto"

/** What the attackers know of the mesh: a session, its plan and a member. */
export interface Target {
  readonly session: string
  readonly plan: string
  readonly member: string
  readonly memberName: string
  /** The honest nodes' addresses. */
  readonly addresses: ReadonlyArray<string>
}

/** Gives the next frame to send. */
export type Attack = (target: Target, signer: SignerShape) => Promise<() => Uint8Array>

const [coordination, discussion] = topics

const control = (part: Partial<RPC.ControlMessage>): Uint8Array =>
  frame(RPC.encode({
    subscriptions: [],
    messages: [],
    control: { ihave: [], iwant: [], graft: [], prune: [], idontwant: [], ...part }
  }))

const messages = (topic: string, data: ReadonlyArray<Uint8Array>): Uint8Array =>
  frame(RPC.encode({ subscriptions: [], messages: data.map((each) => ({ topic, data: each })) }))

/** What makes a stranger a subscriber and a member of every mesh. */
export const hello: Uint8Array = Buffer.concat([
  frame(RPC.encode({
    subscriptions: topics.map((topic) => ({ topic, subscribe: true })),
    messages: []
  })),
  control({ graft: topics.map((topicID) => ({ topicID })) })
])

/** A frame: its length as a varint, and what it holds. */
function frame(bytes: Uint8Array): Uint8Array {
  const length: Array<number> = []
  for (let rest = bytes.length; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) {
      length.push(rest)
      break
    }
    length.push((rest % 128) + 128)
  }
  return Buffer.concat([Uint8Array.from(length), bytes])
}

const factsPrepared = 6000
const aFrame = 100

/** Facts as any node states them, as many as the line takes. */
const spam: Attack = async (_target, signer) => {
  let writer = Writer.open(signer.self, LogNonce.make(randomBytes(8).toString("hex")))
  const facts: Array<Uint8Array> = []
  for (let task = 0; task < factsPrepared; task++) {
    const claimed = draft({
      message_type: "task_claimed",
      repository: "spam",
      task_id: task,
      agent_id: AgentName.make(`spam-${task % 100}`),
      claimed_until_ms: 2_000_000_000_000
    })
    const written = Result.getOrThrow(
      Writer.write(writer, claimed, { wallMillis: 1_800_000_000_000, liveFrom: {}, embedded: [] })
    )
    writer = written.state
    facts.push(await Effect.runPromise(signer.seal("fact", written.payload)))
  }
  let at = 0
  return () => {
    at = (at + aFrame) % factsPrepared
    return messages(coordination, facts.slice(at, at + aFrame))
  }
}

/** Votes in others' names: under the own key, and with a seal that is broken each time elsewhere. */
const forge: Attack = async ({ member, memberName, plan, session }, signer) => {
  const vote = (from: string, number: number) => JSON.stringify({
    v: 1,
    type: "meta_discussion",
    from,
    timestamp: "2026-01-01T00:00:00.000Z",
    log: `${from}/${randomBytes(8).toString("hex")}`,
    seq: 1,
    live_from: {},
    data: {
      message_type: "coordination_response",
      session_id: session,
      agent_id: memberName,
      response: `forged ${number}`,
      stance: "agree",
      round: 1,
      plan_hash: plan
    }
  })
  const seal = (payload: string) => Effect.runPromise(signer.seal("fact", payload))
  const others = await Promise.all(Array.from({ length: 200 }, (_, number) => seal(vote(member, number))))
  const own = await Promise.all(Array.from({ length: 20 }, (_, number) => seal(vote(signer.self, number))))
  let at = 0
  return () => {
    at += 1
    const broken = (bytes: Uint8Array) => {
      const place = bytes.length - 1 - (at % 60)
      return bytes.with(place, (bytes[place] ?? 0) ^ 1)
    }
    return messages(discussion, at === 1 ? own : at % 2 === 0 ? others : others.map(broken))
  }
}

/** In every mesh, and silent. */
const withhold: Attack = async () => () => new Uint8Array()

/** Leaves and enters the meshes again and again. */
const graft: Attack = async () => {
  const flip = Buffer.concat([
    control({ prune: topics.map((topicID) => ({ topicID, peers: [], backoff: 1 })) }),
    control({ graft: topics.map((topicID) => ({ topicID })) })
  ])
  return () => flip
}

/** Offers messages that do not exist, and asks for others. */
const ihave: Attack = async () => () => {
  const messageIDs = Array.from({ length: 500 }, () => randomBytes(32))
  return control({
    ihave: topics.map((topicID) => ({ topicID, messageIDs })),
    iwant: [{ messageIDs }]
  })
}

const oversize: Attack = async () => () => messages(coordination, [randomBytes(messageBytesMax + 1)])

/** Frames that are no frames, and messages that are no facts. */
const garbage: Attack = async () => {
  let at = 0
  return () => at++ % 2 === 0
    ? frame(randomBytes(512))
    : messages(coordination, Array.from({ length: aFrame }, () => randomBytes(200)))
}

/** A frame that announces more than anybody takes. */
const endless: Attack = async () => () =>
  Buffer.concat([Uint8Array.from([0xff, 0xff, 0xff, 0x7f]), randomBytes(4096)])

export const attacks = { spam, forge, withhold, graft, ihave, oversize, garbage, endless }
export type Name = keyof typeof attacks

/** Those that a score can tell from an honest peer. */
export const scored = ["spam", "forge", "graft", "ihave", "oversize", "garbage"] as const
