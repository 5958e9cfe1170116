/**
 * Defaults and pings over a restart, on a real store with one hand on the clock.
 */
import { ManualTicker } from "@chorus/clock/ManualTicker"
import * as ManualTickers from "@chorus/clock/ManualTicker"
import * as NodeDefaults from "@chorus/coordination-core/coordination/NodeSettings"
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import { PersonId } from "@chorus/coordination-core/identity/NodeId"
import * as MeshSettings from "@chorus/coordination-core/mesh/MeshSettings"
import { Signer } from "@chorus/coordination-core/ports/Signer"
import { Ticker } from "@chorus/coordination-core/ports/Ticker"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Status from "@chorus/coordination-core/session/Status"
import * as TemplateReasoner from "@chorus/reasoning/TemplateReasoner"
import * as ChorusNode from "@chorus/runtime/ChorusNode"
import { assert, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { join } from "node:path"
import type { Refused } from "../../src/api/Api.ts"
import * as Files from "../../src/cli/Files.ts"
import * as Keeper from "../../src/inbox/Keeper.ts"
import * as Round from "../../src/inbox/Round.ts"
import * as Layers from "../../src/Layers.ts"
import * as Mesh from "../../src/Mesh.ts"
import * as Operator from "../../src/Operator.ts"
import { folder, until } from "../Nodes.ts"

const hourMillis = 3_600_000

it.live("H22 H24: numbers, defaults and pings outlive the process; a default is a person's ruling", () =>
  Effect.scoped(Effect.gen(function*() {
    const files = Files.of(join(yield* folder, "chorus.db"))
    const epoch = { monotonicMillis: 0, wallMillis: 1_800_000_000_000 }
    const clock = yield* Layer.build(ManualTickers.layer(epoch))
    const hand = Context.get(clock, ManualTicker)
    const founder = PersonId.make(yield* Operator.ownId(files.operatorKey))
    const sent: Array<{ readonly id: number; readonly sessions: ReadonlyArray<string> }> = []
    let isOpen = false
    const send: Round.Send = (id, items) =>
      Effect.suspend(() => {
        sent.push({ id, sessions: items.map(({ session }) => session) })
        return isOpen ? Effect.void : Effect.fail("closed")
      })

    /** What is left to tell, when more time has passed. */
    const later = ({ pings }: Keeper.Keeper["Service"]) => Effect.andThen(hand.advance(1000), pings)

    /** A process of the node, until its scope closes. */
    const started = Effect.gen(function*() {
      const ports = Layer.mergeAll(
        Layers.storage(files.db),
        Layers.network({ keyFile: files.nodeKey, bootstrap: [] }),
        TemplateReasoner.layer,
        Layer.succeedContext(clock)
      )
      const built = yield* Layer.build(
        Keeper.layer({ quiet: undefined, send, minuteOfDay: () => 0 }).pipe(
          Layer.provideMerge(ChorusNode.layer({
            mesh: MeshSettings.defaults(founder),
            settings: { ...NodeDefaults.defaults, settleMillis: 0 },
            drawNonce: Mesh.drawNonce
          })),
          Layer.provideMerge(ports)
        )
      )
      return {
        node: Context.get(built, ChorusNode.ChorusNode),
        keeper: Context.get(built, Keeper.Keeper),
        signer: Context.get(built, Signer)
      }
    })

    const session = yield* Effect.scoped(Effect.gen(function*() {
      const { keeper, node, signer } = yield* started
      const escalated = Effect.fnUntraced(function*(task_id: number) {
        for (const name of ["one", "two"]) {
          yield* node.ask({
            _tag: "Claim",
            agent: AgentName.make(name),
            task: { repository: "r", task_id, title: `the same ${task_id}` },
            leaseMillis: 24 * hourMillis
          })
        }
        const [found = ""] = [...(yield* node.state).open]
        yield* node.ask({ _tag: "Escalate", agent: AgentName.make("one"), session: found, reason: "who?" })
        return found
      })
      const rule = (session_id: string, carry: (sealed: string) => Effect.Effect<string, Refused>) =>
        Operator.rule(files.operatorKey, {
          rule: ({ sealed }) => Effect.map(carry(sealed), (summary) => ({ summary, sessions: [], notes: [] }))
        }, { kind: "decide_session", session_id, decision: "one keeps it", replaces: [] })
      const keep = (session: string) => rule(session, (sealed) => keeper.keep(sealed, hourMillis))

      // Whatever comes later, the number of a case that was decided names no other.
      const decided = yield* escalated(1)
      assert.deepStrictEqual((yield* keeper.items).map(({ number }) => number), [1])
      yield* rule(decided, (sealed) => Effect.gen(function*() {
        yield* node.ask({ _tag: "Rule", ruling: yield* Round.opened(signer, sealed), sealed })
        return decided
      }))
      const found = yield* escalated(2)
      assert.strictEqual((yield* keep(found)).summary, found)
      const stray = yield* Effect.flip(keep(`dep_${"0".repeat(40)}`))
      assert.match(stray.message, /a default is for a case that waits/)
      yield* until("the ping failed", later(keeper), ({ queue }) => queue[0]?.attempts === 1)
      return found
    }))

    const { keeper, node } = yield* started
    const [item] = yield* keeper.items
    assert.strictEqual(item?.number, 2)
    assert.deepInclude(item?.default, { decision: "one keeps it", by: founder })
    assert.deepInclude((yield* keeper.pings).queue[0], { id: 1, because: "closed", sessions: [session] })
    isOpen = true
    yield* until("the ping was taken", later(keeper), ({ queue }) => queue.length === 0)
    const told = sent.length
    assert.deepStrictEqual(sent, Array.from({ length: told }, () => ({ id: 1, sessions: [session] })))

    const { wallMillis } = yield* Context.get(clock, Ticker).now
    yield* hand.advance(Date.parse(item?.default?.at ?? "") - wallMillis - 1)
    assert.lengthOf(yield* keeper.items, 1)
    yield* until("nothing waits", Effect.andThen(later(keeper), keeper.items), (items) => items.length === 0)
    const { replica } = yield* node.about(session)
    const opened = Replica.sessionById(replica, session)
    const rulings = opened === undefined ? [] : Status.unreplacedRulings(opened, Replica.world(replica))
    assert.deepStrictEqual(rulings.map(({ by }) => by), [founder])
    assert.lengthOf(sent, told)
  })), { timeout: 60_000 })
