/**
 * Nodes on the memory adapters do the main job, and end in the same state.
 */
import * as CatchUp from "@chorus/coordination-core/catchup/CatchUp"
import type * as Judging from "@chorus/coordination-core/detection/Judging"
import * as Canonical from "@chorus/coordination-core/replica/Canonical"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Deliberation from "@chorus/coordination-core/session/Deliberation"
import * as SlurpEvent from "@chorus/coordination-core/slurp/SlurpEvent"
import { ReasonerError } from "@chorus/coordination-core/ports/Reasoner"
import * as MemoryMesh from "@chorus/pubsub-memory/MemoryMesh"
import * as MemorySigner from "@chorus/pubsub-memory/MemorySigner"
import * as ScriptedReasoner from "@chorus/reasoning/ScriptedReasoner"
import * as MemoryFactStore from "@chorus/slurp/MemoryFactStore"
import * as TemplatePlan from "@chorus/coordination-core/plan/TemplatePlan"
import { PersonId } from "@chorus/coordination-core/identity/NodeId"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Entry from "../src/Entry.ts"
import * as Mesh from "./mesh.ts"

const plan = (node: Mesh.Node, id: string) =>
  Effect.map(node.state, ({ replica }) => {
    const session = Replica.sessionById(replica, id)
    return session && Deliberation.bestPlan(session, Replica.world(replica))
  })

const answer = (name: string, session: string, stance: "agree" | "object", reason = "") => ({
  _tag: "Answer" as const,
  agent: Mesh.agent(name),
  session,
  stance,
  reason,
  plan: undefined
})

const rule = Effect.fnUntraced(function*(node: Mesh.Node, session: string, decision: string) {
  const person = MemorySigner.make(MemorySigner.idOf("founder"))
  const payload = JSON.stringify({
    v: 1,
    by: PersonId.make(person.self),
    timestamp: "2027-01-15T08:00:00.000Z",
    ruling: { kind: "decide_session", session_id: session, decision, replaces: [] }
  })
  const sealed = Base64.encode(yield* person.seal("ruling", payload))
  const ruling = yield* Entry.ruling(person.open, sealed)
  return yield* node.ask({ _tag: "Rule", ruling, sealed })
})

it.effect("H1 H14: a dependency is one session, one plan and one call, on all nodes", () =>
  Effect.gen(function*() {
    const mesh = yield* Mesh.make
    const scripted = yield* ScriptedReasoner.make((request) => Effect.succeed(TemplatePlan.make(request)))
    const all = yield* Mesh.nodes(mesh, ["a", "b", "c"], { reasoner: scripted.reasoner })
    const [a, b, c] = all as [Mesh.Node, Mesh.Node, Mesh.Node]
    const session = yield* Mesh.dependency(a, b, all)
    yield* Mesh.until(plan(c, session), (known) => known !== undefined)

    yield* Mesh.ask(a, answer("api", session, "agree"))
    yield* Mesh.ask(b, answer("web", session, "agree"))
    yield* Mesh.until(Mesh.sessions(c), ([only]) => only?.status === "resolved")
    yield* Mesh.converged(all)

    const encoded = yield* Effect.forEach(all, ({ state }) =>
      Effect.map(state, ({ replica }) => Canonical.encode(replica)))
    assert.strictEqual(new Set(encoded).size, 1)
    assert.strictEqual(yield* scripted.asked, 1)
    const opened = yield* Mesh.sessions(c)
    assert.lengthOf(opened, 1)
    assert.strictEqual(HashMap.size(opened[0]!.session.certificates), 1)
  }))

it.effect("an objection brings a plan of the next round, and agreement to that resolves", () =>
  Effect.gen(function*() {
    const mesh = yield* Mesh.make
    const all = yield* Mesh.nodes(mesh, ["a", "b"])
    const [a, b] = all as [Mesh.Node, Mesh.Node]
    const session = yield* Mesh.dependency(a, b, all)
    yield* Mesh.until(plan(b, session), (known) => known?.round === 1)

    yield* Mesh.ask(a, answer("api", session, "agree"))
    yield* Mesh.ask(b, answer("web", session, "object", "I need the old field until Friday"))
    for (const node of all) yield* Mesh.until(plan(node, session), (known) => known?.round === 2)
    yield* Mesh.converged(all)
    yield* Mesh.ask(a, answer("api", session, "agree"))
    yield* Mesh.ask(b, answer("web", session, "agree"))

    for (const node of all) yield* Mesh.until(Mesh.sessions(node), ([only]) => only?.status === "resolved")
  }))

it.effect("H17 H22 H24: silence escalates by the clock alone, and a person's ruling decides", () =>
  Effect.gen(function*() {
    const mesh = yield* Mesh.make
    const all = yield* Mesh.nodes(mesh, ["a", "b"])
    const [a, b] = all as [Mesh.Node, Mesh.Node]
    const session = yield* Mesh.dependency(a, b, all)
    yield* mesh.hand.advance(31 * 60_000)
    for (const node of all) yield* Mesh.until(Mesh.sessions(node), ([only]) => only?.status === "escalated")

    const ruled = yield* rule(b, session, "the API goes first")

    assert.isTrue(Result.isSuccess(ruled))
    for (const node of all) yield* Mesh.until(Mesh.sessions(node), ([only]) => only?.status === "decided")
  }))

it.effect("H30: every node's sink gets the same events, each once", () =>
  Effect.gen(function*() {
    const mesh = yield* Mesh.make
    const all = yield* Mesh.nodes(mesh, ["a", "b"])
    const [a, b] = all as [Mesh.Node, Mesh.Node]
    const session = yield* Mesh.dependency(a, b, all)
    yield* Mesh.ask(a, {
      _tag: "Escalate",
      agent: Mesh.agent("api"),
      session,
      reason: "please look"
    })
    yield* Mesh.until(Mesh.sessions(b), ([only]) => only?.status === "escalated")
    yield* rule(a, session, "done")
    const events = yield* Effect.forEach(all, ({ sink }) =>
      Mesh.until(sink.events(10), (kept) => kept.length === 2))

    const ids = events.map((kept) => kept.map(({ id }) => id).sort())
    assert.deepStrictEqual(ids[0], ids[1])
    assert.include(ids[0] ?? [], SlurpEvent.eventId(session, "escalated"))
  }))

it.effect("H12: a node that joins late, or comes back, is equal to the others", () =>
  Effect.gen(function*() {
    const mesh = yield* Mesh.make
    const all = yield* Mesh.nodes(mesh, ["a", "b"])
    const [a, b] = all as [Mesh.Node, Mesh.Node]
    yield* Mesh.dependency(a, b, all)

    const late = yield* Mesh.node(mesh, "late")
    yield* mesh.graph.connect(late.self, a.self)

    yield* Mesh.converged([...all, late])
    assert.strictEqual(
      Canonical.hashOf((yield* late.state).replica),
      Canonical.hashOf((yield* a.state).replica)
    )
  }))

it.effect("I15: a restart on the same disk gives the same state, in a new log", () =>
  Effect.gen(function*() {
    const mesh = yield* Mesh.make
    const disk = MemoryFactStore.emptyDisk()
    const first = yield* Scope.make()
    const before = yield* Effect.gen(function*() {
      const node = yield* Mesh.node(mesh, "a", { disk })
      yield* Mesh.ask(node, Mesh.definesApi)
      return (yield* node.state).replica
    }).pipe(Scope.provide(first))
    yield* Scope.close(first, Exit.void)

    const again = yield* Mesh.node(mesh, "a", { disk })
    const restored = (yield* again.state).replica
    yield* Mesh.ask(again, Mesh.claim("api", "backend#44", "Another task"))

    assert.strictEqual(Canonical.encode(restored), Canonical.encode(before))
    const logs = [...(yield* again.state).catchUp.heads].map(([log]) => log)
    assert.lengthOf(logs, 2)
  }))

it.effect("H14 H34: when the reasoner fails the template takes over, and the plan says so", () =>
  Effect.gen(function*() {
    const mesh = yield* Mesh.make
    const failing = yield* ScriptedReasoner.make(() =>
      Effect.fail(new ReasonerError({ reason: "unreachable", message: "connection refused" })))
    const all = yield* Mesh.nodes(mesh, ["a", "b"], { reasoner: failing.reasoner })
    const [a, b] = all as [Mesh.Node, Mesh.Node]
    const session = yield* Mesh.dependency(a, b, all)

    const made = yield* Mesh.until(plan(a, session), (known) => known !== undefined)

    assert.strictEqual(made?.madeBy, "template (the reasoner gave no plan: unreachable)")
  }))

it.effect("H33 H34: a judge is asked once before an alert, and one that fails holds nothing up", () =>
  Effect.gen(function*() {
    const ended = { order: [], withheld: [] }
    const judges: ReadonlyArray<readonly [ScriptedReasoner.JudgeScript, Partial<Judging.Counts>]> = [
      [
        ({ candidates }) => Effect.succeed({ ...ended, order: candidates.map(({ claim }) => claim) }),
        { agreed: 1 }
      ],
      [() => Effect.fail(new ReasonerError({ reason: "malformed", message: "junk" })), { failed: 1 }],
      [() => Effect.succeed(ended), { failed: 1 }]
    ]
    for (const [judge, expected] of judges) {
      const mesh = yield* Mesh.make
      const scripted = yield* ScriptedReasoner.make(
        (request) => Effect.succeed(TemplatePlan.make(request)),
        { judge }
      )
      const all = yield* Mesh.nodes(mesh, ["a", "b"], {
        reasoner: scripted.reasoner,
        settings: { judgeMillisMax: 8000 }
      })
      const [a, b] = all as [Mesh.Node, Mesh.Node]

      yield* Mesh.dependency(a, b, all)

      assert.strictEqual(yield* scripted.judged, 1)
      const { detection } = yield* b.state
      assert.deepInclude(detection.judging.counts, { asked: 1, ...expected })
    }
  }))

it.effect("H21: garbage on the topics changes nothing, and is counted", () =>
  Effect.gen(function*() {
    const mesh = yield* Mesh.make
    const all = yield* Mesh.nodes(mesh, ["a", "b"])
    const [a] = all as [Mesh.Node, Mesh.Node]
    const stranger = yield* mesh.graph.join(MemorySigner.idOf("stranger"))
    yield* mesh.graph.connect(stranger.self, a.self)
    const before = Canonical.encode((yield* a.state).replica)
    const texts = ["", "{}", "null", "[[[[", "{\"v\":1}", "x".repeat(70_000)]

    for (const text of texts) {
      MemoryMesh.publish(stranger, "CHORUS/coordination/v1", new TextEncoder().encode(text))
    }
    yield* Mesh.until(a.counters, ({ refused }) => refused === texts.length)

    assert.strictEqual(Canonical.encode((yield* a.state).replica), before)
  }))

it.effect("a node of another founder gives and gets no facts, by question or by gossip", () =>
  Effect.gen(function*() {
    const mesh = yield* Mesh.make
    const [a, founder] = [yield* Mesh.node(mesh, "a"), PersonId.make(MemorySigner.idOf("another founder"))]
    const other = yield* Mesh.node(mesh, "other", { founder })
    yield* Mesh.ask(a, Mesh.definesApi)
    yield* mesh.graph.connect(a.self, other.self)
    for (const [node, peer] of [[a, other], [other, a]] as const) {
      yield* Mesh.until(node.state, ({ catchUp }) =>
        Option.exists(HashMap.get(catchUp.peers, peer.self), ({ question }) => question === undefined))
    }
    yield* Mesh.ask(a, Mesh.claim("api", "backend#44", "Another task"))
    yield* Mesh.ask(other, Mesh.claim("web", "frontend#9", "A task of another mesh"))
    yield* mesh.hand.advance(60_000)

    assert.strictEqual(HashMap.size((yield* other.state).catchUp.heads), 1)
    assert.strictEqual(HashMap.size((yield* a.state).catchUp.heads), 1)
  }))

it.effect("H12: a node that was away for a week is equal within two rounds, and gives what it has", () =>
  Effect.gen(function*() {
    const mesh = yield* Mesh.make
    const all = yield* Mesh.nodes(mesh, ["a", "b", "away"])
    const [a, b, away] = all as [Mesh.Node, Mesh.Node, Mesh.Node]
    yield* Mesh.converged(all)
    for (const peer of [a, b]) yield* mesh.graph.disconnect(away.self, peer.self)
    yield* Mesh.ask(away, Mesh.claim("away", "mobile#1", "A screen that nobody else knows of"))
    for (let nth = 0; nth < 300; nth++) {
      yield* Mesh.ask(nth % 2 === 0 ? a : b, Mesh.claim("api", `backend#${nth}`, `Task number ${nth}`))
    }
    yield* mesh.hand.advance(7 * 86_400_000)

    yield* mesh.graph.connect(away.self, a.self)
    for (let round = 0; round < 2; round++) yield* mesh.hand.advance(CatchUp.roundMillis)
    yield* Mesh.converged(all)
    yield* Mesh.cleanedUp(mesh, all)

    const hashes = yield* Effect.forEach(all, ({ state }) =>
      Effect.map(state, ({ replica }) => Canonical.hashOf(replica)))
    assert.strictEqual(new Set(hashes).size, 1)
  }))

it.effect("who listens hears every commit, in order", () =>
  Effect.gen(function*() {
    const mesh = yield* Mesh.make
    const node = yield* Mesh.node(mesh, "a")
    const listening = yield* node.committed.pipe(
      Stream.take(2),
      Stream.runCollect,
      Effect.forkChild({ startImmediately: true })
    )
    yield* Mesh.ask(node, Mesh.definesApi)
    yield* Mesh.ask(node, Mesh.claim("api", "backend#44", "Another task"))

    const commits = yield* Fiber.join(listening)

    assert.deepStrictEqual(
      commits.map(({ facts }) => facts.map((fact) => fact.data.message_type)),
      [["task_announced", "task_claimed"], ["task_announced", "task_claimed"]]
    )
  }))
