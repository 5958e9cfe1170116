/**
 * The judge of a database: what proves itself, what is missing, and what does not follow.
 */
import * as Decode from "@chorus/coordination-core/fact/Decode"
import { draft } from "@chorus/coordination-core/fact/Draft"
import * as Writer from "@chorus/coordination-core/fact/Writer"
import { LogNonce } from "@chorus/coordination-core/identity/FactId"
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import type { StoredFact } from "@chorus/coordination-core/ports/FactStore"
import * as Libp2pSigner from "@chorus/pubsub-libp2p/Libp2pSigner"
import * as KeyFile from "@chorus/pubsub-libp2p/KeyFile"
import * as OwnLogs from "@chorus/runtime/OwnLogs"
import type { Salvaged } from "@chorus/slurp/SqliteSalvage"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { join } from "node:path"
import * as Database from "../../src/doctor/Database.ts"
import { folder } from "../Nodes.ts"

const nonce = LogNonce.make("0123456789abcdef")

const released = draft({
  message_type: "task_released",
  claim: Decode.idOf("claim"),
  agent_id: AgentName.make("api")
})

/** A log of five releases of a task, sealed; `lies` names the place that follows another fact. */
const log = Effect.fnUntraced(function*(lies?: number) {
  const signer = Libp2pSigner.make(yield* KeyFile.make(join(yield* folder, "node.key")))
  let writer = Writer.open(signer.self, nonce)
  const facts: Array<StoredFact> = []
  for (let seq = 1; seq <= 5; seq++) {
    const state = seq === lies ? { ...writer, last: Decode.idOf("another") } : writer
    const written = Result.getOrThrow(Writer.write(state, released, {
      wallMillis: 0,
      liveFrom: { [nonce]: 1 },
      embedded: []
    }))
    const { id, log: own } = written.decoded.fact
    const sealed = yield* signer.seal("fact", written.payload)
    facts.push({ id, log: own, seq, sealed, seenAtMillis: 7 })
    writer = written.state
  }
  return { signer, facts }
})

const salvaged = (facts: Salvaged["facts"], notes: ReadonlyArray<readonly [string, string]>): Salvaged => ({
  finding: undefined,
  facts,
  events: [],
  notes: new Map(notes),
  unreadable: 0
})
const noted = [[OwnLogs.noteName, JSON.stringify({ [nonce]: 0 })]] as const
const intact = (fact: StoredFact) => ({ fact, intact: true })

it.live("H38: all of a sound log is proven, and nothing is wrong with it", () =>
  Effect.gen(function*() {
    const { facts, signer } = yield* log()
    const rows = salvaged(facts.map(intact), noted)

    for (const strictly of [true, false]) {
      const judged = yield* Database.judge(rows, signer, 99, strictly)
      assert.deepStrictEqual(judged.proven.map(({ stored }) => stored), facts)
      assert.deepStrictEqual(Database.troubles(rows, judged), [])
      assert.deepStrictEqual(Object.entries(judged.whole), [[nonce, 5]])
    }
  }))

it.live("H38: what was changed and proves itself stays, seen now; what does not is useless", () =>
  Effect.gen(function*() {
    const { facts, signer } = yield* log()
    const [first, second, third, ...rest] = facts
    const rows = salvaged([
      intact(first!),
      { fact: { ...second!, seenAtMillis: -1 }, intact: false },
      { fact: { ...third!, seq: 9 }, intact: false },
      ...rest.map(intact)
    ], noted)

    const judged = yield* Database.judge(rows, signer, 99, false)

    assert.deepStrictEqual(
      judged.proven.map(({ stored }) => stored),
      [first!, { ...second!, seenAtMillis: 99 }, ...rest]
    )
    const places = `of this node's own log ${first!.log} place 3 is missing`
    assert.deepStrictEqual(Database.troubles(rows, judged), ["1 rows are not what was written", places])
    assert.deepStrictEqual(Object.entries(judged.whole), [])
  }))

it.live("H38: a fact that does not follow the one before it is told, and its log is not vouched for", () =>
  Effect.gen(function*() {
    const { facts, signer } = yield* log(4)
    const rows = salvaged(facts.map(intact), noted)

    const judged = yield* Database.judge(rows, signer, 99, true)

    assert.lengthOf(judged.proven, 5)
    assert.deepStrictEqual(Database.troubles(rows, judged), [
      `fact 4 of this node's own log ${facts[0]!.log} does not follow the one before it`
    ])
    assert.deepStrictEqual(Object.entries(judged.whole), [])
  }))
