/**
 * Verbs about members, on real processes: in a listed mesh a node's facts enter once it is added,
 * and have no effect after it is revoked (H37, I3).
 */
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { join } from "node:path"
import { claimed, folder, knows, refusedAt, text, until, up } from "../Nodes.ts"
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"

type Running = Effect.Success<ReturnType<typeof up>>

/** Two nodes of a listed mesh, the second of which nobody has added yet. */
class Listed extends Context.Service<Listed, { readonly a: Running; readonly b: Running }>()(
  "@chorus/node/test/Listed"
) {
  static readonly layer = Layer.effect(Listed, Effect.gen(function*() {
    const path = yield* folder
    const a = yield* up(join(path, "a", "chorus.db"), "--membership listed")
    const b = yield* up(join(path, "b", "chorus.db"), `--bootstrap ${a.addresses[0]}`)
    return Listed.of({ a, b })
  }))
}

layer(Listed.layer, { excludeTestServices: true, timeout: "120 seconds" })("a listed mesh", (it) => {
  it.effect("a node that joins hears all, and its facts enter when a ruling lists it", () =>
    Effect.gen(function*() {
      const { a, b } = yield* Listed
      const alone = yield* claimed(b, "web", "frontend#1", "Implement authentication endpoint")
      assert.lengthOf(alone.notes, 1)
      assert.match(alone.notes.join("\n"), /^no other node takes this .+: chorus members add 12D3/)
      yield* claimed(a, "api", "backend#1", "Define user authentication API")
      yield* knows(b, "backend#1")

      assert.strictEqual((yield* a.client.status()).membership, "listed, and this node is a member")
      assert.match(yield* text(b, "doctor", 2), /^attention +membership: .+ not listed/m)
      assert.match(yield* text(a, "doctor"), /^ok +membership: this node is a member$/m)
      assert.match(yield* text(b, "status"), new RegExp(`no member yet: chorus members add ${b.node} `))
      assert.deepStrictEqual((yield* a.client.tasks({ all: false })).map(({ task }) => task), ["backend#1"])
      const before = yield* a.client.members()
      assert.deepInclude(before.find(({ node }) => node === a.node), { standing: "member", own: true })
      assert.deepInclude(before.find(({ node }) => node === b.node), { standing: "unlisted", name: "" })

      assert.strictEqual(yield* text(a, `members add ${b.node} --name laptop`), "laptop is a member")
      yield* knows(a, "frontend#1")
      yield* until("b hears of it", b.client.status(), ({ membership }) => membership.includes("is a member"))
      const own = new RegExp(`^${b.node} +laptop \\(this node\\) +member +[1-9]`, "m")
      assert.match(yield* text(b, "members"), own)
      // Neither knew the other's claim when it made its own, so each waits for the other for a while.
      yield* until("a session", a.client.sessions({ all: false }), (all) => all.length === 1)
    }))

  it.effect("what would do nothing is refused", () =>
    Effect.gen(function*() {
      const { a, b } = yield* Listed
      const keyless = yield* refusedAt(b, 1, `members revoke ${a.node} --because "mine now"`)
      assert.match(keyless, /^you have no key for rulings/)
      assert.match(yield* refusedAt(a, 1, `members add ${b.node} --name again`), /is a member already$/)
      assert.match(yield* refusedAt(a, 1, `members revoke ${a.node} --because x`), /revoke it at another/)
      assert.match(yield* refusedAt(a, 1, `members add ${a.founder} --name x`), /is a person/)
      assert.match(yield* refusedAt(a, 1, `people add ${b.node} --name x`), /is a node/)
      assert.match(yield* refusedAt(a, 1, `members revoke ${a.founder} --because x`), /^nothing is known of/)
    }))

  it.effect("a revoked node keeps what it stated, and states nothing more that counts", () =>
    Effect.gen(function*() {
      const { a, b } = yield* Listed

      const said = yield* text(a, `members revoke ${b.node} --because "the laptop was stolen"`)
      assert.match(said, /^laptop is revoked; what this node holds of it stays/)
      yield* until("b hears of it", b.client.status(), ({ membership }) => membership.startsWith("revoked"))

      assert.match(yield* text(b, "doctor", 2), /^attention +membership: this node was revoked by a ruling/m)
      assert.strictEqual(
        yield* refusedAt(b, 1, "claim --repo other --id 1 --title Another --agent web"),
        "this node was revoked by a ruling: what it states has no effect"
      )
      const tasks = (yield* a.client.tasks({ all: false })).map(({ task }) => task)
      assert.sameMembers(tasks, ["backend#1", "frontend#1"])
      const [waiting] = yield* a.client.inbox()
      assert.match(waiting?.reasons[0] ?? "", /^A member's node was banned or revoked/)
    }))
})
