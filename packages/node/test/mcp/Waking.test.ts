/**
 * What becomes of a node that cannot be started, and what its agent is told.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import * as Desk from "../../src/mcp/Desk.ts"
import * as Server from "../../src/mcp/Server.ts"
import * as Waking from "../../src/mcp/Waking.ts"
import { folder, until } from "../Nodes.ts"

const placed = (path: string, script: string): Waking.Place => ({
  socket: join(path, "chorus.sock"),
  log: join(path, "chorus.log"),
  start: ["-e", script]
})

it.live("a node that cannot start says why, and a check goes on without it", () =>
  Effect.gen(function*() {
    const place = placed(yield* folder, "console.error('chorus: the key is missing'); process.exit(1)")
    const desk = Desk.make({ ...place, agent: "web", repository: "web", leaseMillis: 1 })
    const server = Server.make(desk, "0")

    const [started, checked] = yield* Effect.promise(() =>
      Promise.all([server.call("chorus_start", { title: "A" }), server.call("chorus_check", {})]))

    assert.isTrue(started?.isError)
    assert.match(
      started?.content[0]?.text ?? "",
      /^no node runs here, .+: chorus: the key is missing\nNext: ask the person to look at .+chorus\.log/
    )
    assert.deepInclude(checked?.structuredContent, { verdict: "unknown" })
    assert.isFalse(existsSync(`${place.log}.starting`))
  }).pipe(Effect.scoped))

it.live("of many who find no node one starts it, also where a starter was killed before", () =>
  Effect.gen(function*() {
    const path = yield* folder
    const place = placed(path, "console.error(`node ${process.pid}`); " +
      `require("node:net").createServer().listen(${JSON.stringify(join(path, "chorus.sock"))})`)
    // The mark of a starter whose node is no more.
    writeFileSync(`${place.log}.starting`, "999999999")

    yield* Effect.promise(() => Promise.all(Array.from({ length: 5 }, () => Waking.wake(place))))

    const [[, pid] = [], ...others] = readFileSync(place.log, "utf8").matchAll(/^node (\d+)$/gm)
    assert.isTrue(process.kill(Number(pid), "SIGTERM"))
    assert.lengthOf(others, 0)
    assert.isFalse(existsSync(`${place.log}.starting`))
  }).pipe(Effect.scoped))

it.live("who finds the database in use waits for the node that holds it", () =>
  Effect.gen(function*() {
    const place = placed(yield* folder, "console.error('chorus: it is in use by another process')")
    const waiting = Waking.wake(place)
    const said = Effect.sync(() => existsSync(place.log) ? readFileSync(place.log, "utf8") : "")
    yield* until("it was tried", said, (text) => text !== "")
    yield* Effect.acquireRelease(
      Effect.sync(() => createServer().listen(place.socket)),
      (node) => Effect.sync(() => node.close())
    )

    yield* Effect.promise(() => waiting)
  }).pipe(Effect.scoped))
