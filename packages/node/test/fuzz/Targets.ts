/**
 * Every way in, as a fuzzer sees it: samples of what is right, and a door that never throws.
 *
 * A door says whether it took the input in. What gets through the door of facts is put to a node's
 * machine, with a history in it, which must decide on it.
 */
import * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import * as NodeSettings from "@chorus/coordination-core/coordination/NodeSettings"
import * as CatchUp from "@chorus/coordination-core/catchup/CatchUp"
import * as Messages from "@chorus/coordination-core/catchup/Exchange"
import * as Decode from "@chorus/coordination-core/fact/Decode"
import { topics } from "@chorus/coordination-core/fact/FactTable"
import { PersonId } from "@chorus/coordination-core/identity/NodeId"
import type { Moment } from "@chorus/coordination-core/machine/Machine"
import * as MeshSettings from "@chorus/coordination-core/mesh/MeshSettings"
import type { SignerShape } from "@chorus/coordination-core/ports/Signer"
import * as Canonical from "@chorus/coordination-core/replica/Canonical"
import * as Signals from "@chorus/coordination-core/signal/Signal"
import * as Frame from "@chorus/pubsub-libp2p/Frame"
import * as Entry from "@chorus/runtime/Entry"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Api } from "../../src/api/Api.ts"
import * as Input from "../../src/hook/Input.ts"
import * as Sealed from "../../bench/history/Sealed.ts"
import * as AgentMessages from "./AgentMessages.ts"
import * as HttpRequests from "./HttpRequests.ts"
import { contracts } from "./ContractFiles.ts"
import { files } from "./Files.ts"
import * as Malform from "./Malform.ts"
import { type Target, textual } from "./Target.ts"

export interface Targets {
  readonly all: ReadonlyArray<Target>
  /** The canonical text of the machine that everything is put to. */
  readonly stateHash: () => string
}

const at: Moment = { wallMillis: 1_800_000_000_000, monotonicMillis: 1_000_000 }

/** The targets, over a history of so many facts. */
export const make = async (factsWanted = 150): Promise<Targets> => {
  const signers = await Sealed.signers()
  const [signer] = signers
  if (signer === undefined) throw new Error("no signer")
  const stored = await Sealed.facts(signers, factsWanted)
  const sealed = stored.map((each) => each.sealed)
  const workload = await Promise.all(sealed.map((each) => Effect.runPromise(signer.open("fact", each))))
  const opened = [...workload, ...workload.slice(0, contractsStated).map(stating)]
  const facts = await Promise.all(sealed.map((each) => Effect.runPromise(Entry.fact(signer.open, each))))
  const mesh = MeshSettings.defaults(PersonId.make(signer.self))
  const fresh = Coordination.initial(signer.self, mesh, NodeSettings.defaults)
  const { state } = Coordination.decide(fresh, { _tag: "Received", facts }, at)
  const vector = CatchUp.vector(state.catchUp)
  const question = { v: 1, settings: mesh, vector }
  const some = sealed.slice(0, 3).map((each) => Base64.encode(each))
  const answer = { v: 1, settings: mesh, more: true, facts: some }
  return {
    stateHash: () => Canonical.hashOf(state),
    all: [
      payloads(opened, state),
      rulings(signer),
      AgentMessages.target,
      HttpRequests.target,
      signals(signer),
      textual("catch-up question", 8, [JSON.stringify(question)], (text) =>
        Result.isSuccess(Messages.question(text))),
      textual("catch-up answer", 8, [JSON.stringify(answer)], (text) =>
        Result.isSuccess(Messages.answer(text))),
      envelopes(sealed, signer),
      resealed(opened, signer, state),
      contracts,
      frames,
      ...files,
      textual("input of a hook", 2, [JSON.stringify(hookInput)], hookRead),
      ...requests
    ]
  }
}

const hookInput = {
  hook_event_name: "PreToolUse",
  cwd: "/repositories/web",
  session_id: "s",
  tool_input: { file_path: "/repositories/web/src/orders.ts", paths: ["src/a.ts"] }
}

/** What is no JSON is refused by the parser's own error, which the hook tells in its words. */
const hookRead = (text: string): boolean => {
  try {
    const { paths } = Input.read(text)
    return Input.within("/repositories/web", "/repositories/web", paths).length > 0
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}

/** So many samples of the workload state contracts instead, which it never does. */
const contractsStated = 5

const stating = ({ payload, signer }: Decode.Opened): Decode.Opened => ({
  signer,
  payload: JSON.stringify({
    ...JSON.parse(payload),
    type: "project_update",
    data: {
      message_type: "contracts_stated",
      repository: "acme/shop",
      version: 1,
      part: 1,
      parts: 1,
      provides: { "api:GET /v1/users/{}": "0123456789abcdef", "table:orders": "0" },
      consumes: ["env:JWT_SECRET"],
      digest: "0",
      left_out: 0
    }
  })
})

/** What got in is decided on; the state that it was put to must not have moved. */
const decided = (state: Coordination.State, fact: Parameters<typeof Decode.complete>[0]["fact"]): void => {
  const { state: next } = Coordination.decide(state, { _tag: "Received", facts: [fact] }, at)
  Coordination.decide(next, { _tag: "Received", facts: [fact] }, at)
}

const payloads = (samples: ReadonlyArray<Decode.Opened>, state: Coordination.State): Target =>
  textual("fact payload", 35, samples.map(({ payload }) => payload), (payload, chance) => {
    const { signer } = chance.pick(samples)
    const topic = chance.below(2) === 0 ? undefined : chance.pick(topics)
    const decoded = Decode.decode({ payload, signer: fromOf(payload) ?? signer }, topic)
    if (Result.isFailure(decoded)) return false
    const whole = Decode.complete(decoded.success, [])
    decided(state, Result.isSuccess(whole) ? whole.success : decoded.success.fact)
    return true
  })

/** Whom a payload says it is from, so that not all fail at the signer. */
const fromOf = (payload: string): string | undefined => /"from":"(\w+)"/.exec(payload)?.[1]

const rulings = ({ self }: SignerShape): Target => {
  const ruling = (body: object) => JSON.stringify({ v: 1, by: self, timestamp: "2026-01-01", ruling: body })
  const samples = [
    ruling({ kind: "decide_session", session_id: "dep_1", decision: "so be it", replaces: [] }),
    ruling({ kind: "add_person", person: self, name: "Ann" }),
    ruling({ kind: "revoke_person", person: self, because: "left" }),
    ruling({ kind: "revoke_member", node: self, last_places: { "0123456789abcdef": 3 }, because: "lost" })
  ]
  return textual("ruling", 6, samples, (payload) =>
    Result.isSuccess(Decode.ruling({ payload, signer: self })))
}

const signals = ({ self }: SignerShape): Target => {
  const samples = [
    Signals.write(self, { message_type: "heartbeat", digest: "0".repeat(64) }, at.wallMillis),
    Signals.write(self, { message_type: "planning", session_id: "dep_1", round: 1 }, at.wallMillis)
  ]
  return textual("signal", 6, samples, (payload, chance) =>
    Result.isSuccess(Signals.decode({ payload, signer: self }, chance.pick(topics))))
}

const envelopes = (samples: ReadonlyArray<Uint8Array>, signer: SignerShape): Target => ({
  name: "envelope",
  share: 6,
  make: (chance) => Malform.bytes(chance, samples),
  open: async (input, chance) => {
    const arrival = Entry.arrival(signer, Buffer.from(input), chance.pick(topics))
    return Result.isSuccess(await Effect.runPromise(Effect.result(arrival)))
  }
})

/** Malformed payloads under a seal that is right: whoever has a key can send them. */
const resealed = (
  samples: ReadonlyArray<Decode.Opened>,
  signer: SignerShape,
  state: Coordination.State
): Target => ({
  name: "sealed junk",
  share: 1,
  make: (chance) => Malform.text(chance, samples.map(({ payload }) => payload)),
  open: (input) =>
    Effect.runPromise(Effect.gen(function*() {
      const own = String(input).replace(/"from":"\w+"/, `"from":"${signer.self}"`)
        .replace(/"log":"\w+\//, `"log":"${signer.self}/`)
      const sealed = yield* signer.seal("fact", own.toWellFormed())
      const fact = yield* Effect.result(Entry.fact(signer.open, sealed))
      if (Result.isSuccess(fact)) decided(state, fact.success)
      return Result.isSuccess(fact)
    }))
})

const frameBytesMax = 1000
const refusals = /^(\d+ bytes; at most|more bytes|the stream ended|a message of)/

const frames: Target = {
  name: "frame",
  share: 6,
  make: (chance) =>
    Malform.bytes(chance, [
      Frame.encode({ kind: "message", body: Buffer.from("{}") }),
      Frame.encode({ kind: "refusal", body: Buffer.alloc(500) }),
      Frame.encode({ kind: "message", body: Buffer.alloc(frameBytesMax) })
    ]),
  open: async (input, chance) => {
    const bytes = Buffer.from(input)
    const pieces = async function*() {
      for (let from = 0; from < bytes.length;) {
        const piece = bytes.subarray(from, from + 1 + chance.below(bytes.length))
        from += piece.length
        yield await Promise.resolve(piece)
      }
    }
    try {
      const { body } = await Frame.read(pieces(), frameBytesMax)
      if (body.length > frameBytesMax) throw new Error("a body longer than allowed was read")
      return true
    } catch (cause) {
      // To refuse is to reject, with an error that says why.
      if (!(cause instanceof Error) || !refusals.test(cause.message)) throw cause
      return false
    }
  }
}

const words = { title: "t", description: "d", scopes: ["table:orders=migrate"], paths: ["src/a.ts"] }
const calls: Readonly<Record<string, object>> = {
  claim: { agent: "a", task: "r#1", ...words, lease_ms: 1000 },
  update: { agent: "a", task: "r#1", ...words },
  release: { agent: "a", task: "r#1", because: "b" },
  complete: {
    agent: "a",
    task: "r#1",
    results: "b",
    kept: [{ session: "dep_1", plan: "abc", item: "1", outcome: "kept", how: "it ended with 0" }]
  },
  announce: { agent: "a", tasks: [{ task: "r#1", title: "t", change: "o/n#5", closed: false }] },
  promises: { agent: "a", task: "r#1" },
  agreed: { session: "dep_1" },
  open: { agent: "a", kind: "planning", tasks: ["r#1", "q#2"], reason: "b" },
  say: { agent: "a", session: "dep_1", text: "t", intent: "question" },
  answer: { agent: "a", session: "dep_1", stance: "object", reason: "b", plan: "abc", dismisses: true },
  mute: { agent: "a", session: "dep_1", covers: "rule", because: "b" },
  unmute: { agent: "a", mute: "abc" },
  why: { task1: "r#1", task2: "q#2" },
  check: { agent: "a", repository: "r", scopes: ["table:orders=migrate"], paths: ["src/**/*.ts"] },
  suggest: { agent: "a" },
  unread: { agent: "a", max: 3 },
  note: { agent: "a", stage: "shown", noted: [{ session: "dep_1", items: ["dep_1"] }] },
  escalate: { agent: "a", session: "dep_1", reason: "b" },
  rule: { sealed: "AAAA" },
  tasks: { all: true },
  sessions: { all: false },
  show: { session: "dep_1" },
  events: { limit: 10 },
  state_contracts: { repository: "r", provides: { "table:a": "0" }, consumes: ["env:A"], revision: "0" }
}

/** The bodies of the interface's calls. */
const requests: ReadonlyArray<Target> = Object.entries(calls).map(([tag, body]) => {
  const rpc = Api.requests.get(tag)
  if (rpc === undefined) throw new Error(`no call ${tag}`)
  const decode = Schema.decodeUnknownResult(Schema.fromJsonString(rpc.payloadSchema))
  return textual(`call ${tag}`, 1, [JSON.stringify(body)], (text) => Result.isSuccess(decode(text)))
})
