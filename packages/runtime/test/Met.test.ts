/**
 * What stored facts embed is read once, and reads the same.
 */
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import * as Writer from "@chorus/coordination-core/fact/Writer"
import { type FactId, LogNonce } from "@chorus/coordination-core/identity/FactId"
import * as Workload from "@chorus/coordination-core/testing/Workload"
import * as MemorySigner from "@chorus/pubsub-memory/MemorySigner"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Entry from "../src/Entry.ts"
import * as Met from "../src/Met.ts"

const nonce = LogNonce.make("0".repeat(16))

/** The facts of some tasks by two nodes, sealed, in the order of their writing. */
const written = Effect.gen(function*() {
  const nodes = ["one", "two"].map(MemorySigner.idOf)
  const writers = new Map(nodes.map((node) => [node, Writer.open(node, nonce)]))
  const seals = new Map<FactId, string>()
  const all: Array<{ readonly fact: Fact; readonly sealed: Uint8Array }> = []
  const working = Workload.work(nodes, 20)
  for (let next = working.next(); next.done !== true;) {
    const { by, draft } = next.value
    const signer = MemorySigner.make(by)
    const embedded = draft.embed.map((id) => seals.get(id)!)
    const written = yield* Effect.fromResult(
      Writer.write(writers.get(by)!, draft, { wallMillis: all.length, liveFrom: {}, embedded })
    )
    writers.set(by, written.state)
    const sealed = yield* signer.seal("fact", written.payload)
    const fact = yield* Entry.completed(signer.read, written.decoded)
    seals.set(fact.id, Base64.encode(sealed))
    all.push({ fact, sealed })
    next = working.next(fact)
  }
  return all
})

const { read } = MemorySigner.make(MemorySigner.idOf("reader"))

it.effect("I15: what was met reads the same as what is read again, and every seal is read once", () =>
  Effect.gen(function*() {
    const facts = yield* written
    const met = Met.none()
    let reads = 0
    const counted: Entry.Opener = (purpose, sealed) => {
      reads += 1
      return read(purpose, sealed)
    }

    for (const { fact, sealed } of facts) {
      assert.deepStrictEqual(yield* Entry.kept(counted, sealed, fact.id, met), fact)
      assert.deepStrictEqual(yield* Entry.kept(read, sealed, fact.id), fact)
    }

    assert.strictEqual(reads, facts.length)
    assert.isAbove(facts.filter(({ fact }) => fact.embedded.length > 0).length, 5)
  }))

it.effect("H8: an embedded claim in other bytes than those that were met is read by itself", () =>
  Effect.gen(function*() {
    const facts = yield* written
    const opening = facts.find(({ fact }) => fact.data.message_type === "dependency_detected")!
    const [claim] = opening.fact.embedded
    const { sealed } = facts.find(({ fact }) => fact.id === claim!.id)!
    const met = Met.none()
    Met.add(met, sealed.with(-1, sealed.at(-1)! ^ 1), { ...claim!, seq: 1000 })

    const kept = yield* Entry.kept(read, opening.sealed, opening.fact.id, met)

    assert.deepStrictEqual(kept, opening.fact)
  }))

it.effect("H25: so many are remembered, and the oldest goes", () =>
  Effect.gen(function*() {
    const [first] = (yield* written).filter(({ fact }) => fact.data.message_type === "task_claimed")
    const met = Met.none()
    const sealedAt = (at: number) => new Uint8Array(new Uint32Array([at]).buffer)

    for (let at = 0; at <= Met.max; at++) Met.add(met, sealedAt(at), first!.fact)

    assert.strictEqual(met.size, Met.max)
    assert.isFalse(met.has(Base64.encode(sealedAt(0))))
    assert.isTrue(met.has(Base64.encode(sealedAt(Met.max))))
  }))
