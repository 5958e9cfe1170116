/**
 * `chorus mcp` with the official client over stdio: two agents in two repositories, from a machine
 * where no node runs to an agreement and a person's decision.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type * as Rows from "../../src/api/Rows.ts"
import * as Files from "../../src/cli/Files.ts"
import * as Desk from "../../src/mcp/Desk.ts"
import * as Server from "../../src/mcp/Server.ts"
import { chorus, folder, until } from "../Nodes.ts"
import * as Clients from "./Clients.ts"

it.live("two agents start a node, find that they depend on each other, agree, and hear a ruling", () =>
  Effect.gen(function*() {
    const db = join(yield* folder, "own", "chorus.db")
    yield* Clients.stoppedAtTheEnd(db)
    const [api, web] = yield* Effect.all([
      Clients.stdio({ agent: "api", repository: "org/api", db, revision: "2025-06-18" }),
      Clients.stdio({ agent: "web", repository: "org/web", db, revision: "2026-07-28" })
    ], { concurrency: 2 })

    const [first] = yield* Effect.all([api.found("chorus_status"), web.found("chorus_status")], {
      concurrency: 2
    })

    assert.deepInclude(first, { agent: "api", repository: "org/api", tasks: [], sessions: [] })
    assert.match(readFileSync(join(db, "..", "chorus.log"), "utf8"), /^[^]*founded a mesh(?![^]*chorus:)/)

    const alone = yield* api.found("chorus_start", {
      task: "42", title: "Migrate the orders table", scopes: ["table:orders=migrate"]
    })
    const started = yield* web.found("chorus_start", {
      title: "Read the orders table", scopes: ["table:orders=use"], paths: ["src/orders.ts"]
    })

    assert.isUndefined(alone.alert)
    assert.deepInclude(alone, { task: "org/api#42", repository: "org/api" })
    const session = started.alert?.session ?? ""
    assert.deepInclude(started.alert, {
      kind: "dependency", status: "active", with: ["⟦data: api⟧"], your_vote: "none"
    })
    assert.strictEqual(started.encounters?.[0]?.task, "⟦data: org/api#42⟧")

    const plan = yield* Clients.planned(web, session)
    const checked = yield* api.found("chorus_check")
    assert.deepInclude(checked, { verdict: "attention" })
    assert.match(checked.news[0] ?? "", new RegExp(`^${session} .+ Plan ${plan} waits for your vote`))
    assert.deepInclude(yield* api.found("chorus_check", { scopes: ["env:X=add"] }), { verdict: "clear" })
    const [at, beside] = yield* Effect.all(["src/orders.ts", "docs/orders.txt"].map((path) =>
      web.found("chorus_check", { paths: [path] })))
    assert.deepInclude(at, { verdict: "attention" })
    assert.strictEqual(at?.encounters?.[0]?.task, "⟦data: org/api#42⟧")
    assert.deepInclude(beside, { verdict: "clear" })
    const said = yield* web.found("chorus_answer", { session, message: "Which field goes?" })
    assert.deepInclude(said, { session, status: "active", your_vote: "none" })
    assert.include((yield* api.found("chorus_check")).news.join("\n"), "⟦data: Which field goes?⟧")
    assert.notInclude((yield* api.found("chorus_check")).news.join("\n"), "Which field goes?")

    assert.match(
      yield* web.problem("chorus_answer", { session, stance: "agree" }),
      /^which plan\?.+\nNext: call chorus_inbox/
    )
    yield* web.found("chorus_answer", { session, stance: "agree", plan })
    yield* api.found("chorus_answer", { session, stance: "agree", plan })
    yield* until("both hear of the agreement", web.found("chorus_check"), ({ news }) =>
      news.some((line) => line.startsWith(`${session} is resolved: all agreed`)))
    yield* web.found("chorus_answer", { session, message: "I renamed the field" })
    assert.include((yield* api.found("chorus_inbox")).news.join("\n"), "⟦data: I renamed the field⟧")

    yield* web.found("chorus_declare", { scopes: ["table:carts=use"] })
    const second = yield* api.found("chorus_start", {
      task: "43", title: "Drop the carts table", scopes: ["table:carts=remove"]
    })
    const hard = second.alert?.session ?? ""
    yield* Clients.planned(web, hard)
    const escalated = yield* web.found("chorus_escalate", { session: hard, reason: "May the carts go?" })
    assert.deepInclude(escalated, { session: hard, status: "escalated" })
    const decided = yield* chorus(`decide --db "${db}" ${hard} "Keep the carts until May"`)
    assert.strictEqual(decided.code, 0, decided.stderr)
    yield* until("web hears of the decision", web.found("chorus_check"), ({ news }) =>
      news.includes(
        `A person decided ${hard}: ⟦data: Keep the carts until May⟧ All of it: chorus://session/${hard}`
      ))

    const { log, socket } = Files.of(db)
    const again = Server.make(
      Desk.make({ agent: "api", repository: "org/api", leaseMillis: 1, log, socket, start: [] }), "0"
    )
    const caughtUp = yield* Effect.promise(() => again.call("chorus_check", {}))
    assert.include(JSON.stringify(caughtUp), `A person decided ${hard}: ⟦data: Keep the carts until May⟧`)
    // What one process of an agent told, another does not tell again.
    assert.notInclude((yield* api.found("chorus_check")).news.join("\n"), "A person decided")
    yield* web.found("chorus_inbox", { acknowledge: true })
    const shown = yield* chorus(`show --db "${db}" ${hard} --json`)
    const { deliveries } = JSON.parse(shown.stdout) as Rows.SessionDetail
    assert.deepStrictEqual(
      deliveries
        .filter(({ kind }) => kind === "decision")
        .map(({ agent, stage }) => `${agent.slice(0, 3)} ${stage}`)
        .sort(),
      ["api shown", "web acknowledged"]
    )

    assert.match(yield* api.problem("chorus_done"), /^you hold 2 tasks\nNext: say which: .+ one of 42, 43$/)
    assert.deepInclude(
      yield* api.found("chorus_done", { task: "42", results: "migrated" }),
      { status: "completed" }
    )
    const { news } = yield* web.found("chorus_inbox")
    assert.match(
      news.join("\n"),
      /^⟦data: org\/api#42⟧ is done: you may go on with ⟦data: 5: Prove it together.+\.$/
    )
    assert.deepStrictEqual((yield* web.found("chorus_inbox")).news, [])
    assert.deepInclude(yield* web.found("chorus_done", { give_back: true }), { status: "released" })
    const { contents: [tasks] } = yield* Effect.promise(() =>
      web.client.readResource({ uri: "chorus://tasks" }))
    assert.include(tasks !== undefined && "text" in tasks ? tasks.text : "", "⟦data: Drop the carts table⟧")
    const { contents: [detail] } = yield* Effect.promise(() =>
      api.client.readResource({ uri: `chorus://session/${session}` }))
    assert.include(detail !== undefined && "text" in detail ? detail.text : "", "\"certified\":true")
  }).pipe(Effect.scoped))

/**
 * Tokens from above: a run of letters counts one for six of them, digits and signs one for three.
 * Two tokenizers in use (o200k_base, cl100k_base) count a quarter less for this text.
 */
const tokens = (text: string): number =>
  (text.match(/[A-Za-z]+|\d+|\s+|[^\sA-Za-z\d]+/g) ?? [])
    .reduce((sum, run) => sum + Math.ceil(run.length / (/[A-Za-z]/.test(run) ? 6 : 3)), 0)

describe("the tools", () => {
  const told = Server.tools.map((tool) => tool.told)

  it("are at most eight, and their whole list costs at most 2,000 tokens", () => {
    assert.isAtMost(told.length, 8)
    assert.isAtMost(tokens(JSON.stringify({ tools: told })), 2000)
  })

  it("say what they take, what they give, and whether they change anything", () => {
    for (const { annotations, description, inputSchema, name, outputSchema } of told) {
      assert.match(name, /^chorus_[a-z]+$/)
      assert.match(description, /\.$/)
      assert.isFalse(inputSchema.additionalProperties)
      assert.includeMembers(Object.keys(outputSchema.properties), [...outputSchema.required])
      assert.strictEqual("destructiveHint" in annotations, !annotations.readOnlyHint)
    }
    assert.deepStrictEqual(
      told.filter(({ annotations }) => annotations.readOnlyHint).map(({ name }) => name),
      ["chorus_check", "chorus_inbox", "chorus_status"]
    )
  })

  it("run in a process that loads nothing but Node's own modules", () => {
    const folder = join(import.meta.dirname, "../../src/mcp")
    const files = [...readdirSync(folder).map((name) => join(folder, name)), join(folder, "../api/Wire.ts")]
    for (const file of files) {
      const loaded = [...readFileSync(file, "utf8").matchAll(/^import (?!type )[^]*?"(.+)"$/gm)]
        .map(([, path = ""]) => path)
      assert.isTrue(
        loaded.every((path) => /^(node:|\.\/|\.\.\/api\/Wire\.ts$)/.test(path)),
        `${file} loads ${loaded.join(", ")}`
      )
    }
  })
})
