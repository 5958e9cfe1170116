/**
 * What a running node meets: garbage on the topics, a model that is down, a mesh of somebody else.
 */
import { topics } from "@chorus/coordination-core/fact/FactTable"
import { PubSub } from "@chorus/coordination-core/ports/PubSub"
import { assert, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import { randomBytes } from "node:crypto"
import { join } from "node:path"
import * as Layers from "../src/Layers.ts"
import { claimed, folder, text, until, up } from "./Nodes.ts"

it.live("H21: garbage on a topic is said and counted, and changes nothing", () =>
  Effect.gen(function*() {
    const path = yield* folder
    const node = yield* up(join(path, "chorus.db"))
    yield* claimed(node, "api", "r#1")
    const before = yield* node.client.status()
    const stranger = yield* Layer.build(Layers.network({
      keyFile: join(path, "stranger.key"),
      bootstrap: node.addresses
    }))
    const pubsub = Context.get(stranger, PubSub)
    const junk = Effect.forEach(topics, (topic) =>
      Effect.forEach(["", "{}", "{\"v\":1}"], (words) =>
        // Random bytes behind the words, since gossip carries the same bytes but once.
        pubsub.publish(topic, new Uint8Array(Buffer.concat([Buffer.from(words), randomBytes(64)])))))

    yield* Effect.ignore(junk).pipe(
      Effect.repeat(Schedule.spaced("200 millis")),
      Effect.raceFirst(
        until("all is refused", node.client.status(), (now) => now.messages_refused >= 3)
      )
    )
    yield* until(
      "it is said",
      Effect.sync(() => node.output.stderr),
      (said) => said.includes("refused")
    )

    const after = yield* node.client.status()
    assert.deepStrictEqual(
      [after.facts, after.tasks, after.sessions],
      [before.facts, before.tasks, before.sessions]
    )
    assert.match(
      node.output.stderr,
      /^\d+ messages were refused so far: they are no sealed facts.+`chorus status` counts them$/m
    )
    assert.match(yield* text(node, "status"), /^messages +0 dropped, [1-9]\d* refused$/m)
    assert.strictEqual((yield* claimed(node, "api", "r#2")).summary, "api holds r#2")
  }))

it.live("H34: with a model that is down the template plans, and the plan says so", () =>
  Effect.gen(function*() {
    const db = join(yield* folder, "chorus.db")
    const node = yield* up(db, "--model openai:http://127.0.0.1:1/v1#m")
    yield* claimed(node, "one", "r#1", "The same task")
    const [session] = (yield* claimed(node, "two", "r#1", "The same task")).sessions
    const show = node.client.show({ session: session?.session ?? "none" })
    yield* until("it is planned", show, ({ plans }) => plans.length > 0)

    const printed = yield* text(node, `show ${session?.session ?? "none"}`)

    assert.include(printed, "made by template (the reasoner gave no plan: unreachable)")
    assert.include(printed, "COORDINATION PLAN:")
    assert.match(
      yield* text(node, "status"),
      /^model +openai:http:.+#m; failed last at [-\d]{10} [:\d]{5}: m at .+ cannot be reached/m
    )
    assert.match(node.output.stderr, /^m at .+ cannot be reached: .+; the template plans in its place$/m)
  }))

it.live("nodes of two meshes that meet say so, and keep their facts to themselves", () =>
  Effect.gen(function*() {
    const path = yield* folder
    const one = yield* up(join(path, "one.db"))
    const two = yield* Effect.scoped(Effect.flatMap(up(join(path, "two.db")), (node) =>
      Effect.as(claimed(node, "web", "secret#1"), node)))
    yield* two.ended
    const again = yield* up(two.db, `--bootstrap "${one.addresses[0] ?? ""}"`)
    yield* until("they met", again.client.status(), ({ peers }) => peers.length === 1)

    yield* until(
      "it is said",
      Effect.sync(() => again.output.stderr),
      (said) => said.includes("founder")
    )

    assert.match(
      again.output.stderr,
      /is of another mesh: founder is 12D3KooW\w+ here and 12D3KooW\w+ there; nothing is exchanged/
    )
    assert.deepStrictEqual(yield* one.client.tasks({ all: true }), [])
  }))
