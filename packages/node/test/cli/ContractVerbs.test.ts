/**
 * Contracts on the command line: scan, contracts, and a diff over two nodes and a git repository.
 */
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { execFileSync } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as AlertRows from "../../src/api/AlertRows.ts"
import * as Rows from "../../src/api/Rows.ts"
import { DiffReport, ScanReport } from "../../src/scan/Comparison.ts"
import * as Nodes from "../Nodes.ts"

const openapi = (required: string, more = "") => `openapi: 3.0.0
paths:
  /v1/users/{id}:
    put:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [${required}]
              properties:
                name: { type: string }
                phone: { type: string }${more}
      responses: { 204: { description: done } }
`

/** A repository with one commit, which provides an operation, a table and a key. */
const backend = Effect.gen(function* () {
  const root = join(yield* Nodes.folder, "backend")
  mkdirSync(join(root, "db"), { recursive: true })
  const write = (path: string, text: string) => writeFileSync(join(root, path), text)
  write("openapi.yaml", openapi("name"))
  write("db/1_orders.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, note text);")
  write(".env.example", "JWT_SECRET=\n")
  const git = (...args: ReadonlyArray<string>) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.test", ...args], { cwd: root })
  git("init", "-q")
  git("add", "-A")
  git("commit", "-qm", "first")
  return { root, write }
})

layer(Nodes.Pair.layer, { excludeTestServices: true, timeout: "120 seconds" })("over two nodes", (it) => {
  it.effect("scan prints and states nothing unless told; contracts then tells who is who", () =>
    Effect.gen(function* () {
      const { a } = yield* Nodes.Pair
      const { root } = yield* backend
      const found = yield* Nodes.json(a, ScanReport, `scan "${root}"`)

      assert.deepStrictEqual(
        found.provides.map(({ contract, file, members }) => [contract, file, members]),
        [
          ["api:PUT /v1/users/{}", "openapi.yaml", 4],
          ["env:JWT_SECRET", ".env.example", 1],
          ["table:orders", "db/1_orders.sql", 2]
        ]
      )
      assert.match(found.revision ?? "", /^[0-9a-f]{40}$/)
      assert.deepStrictEqual(yield* a.client.contracts(), [])

      const words = yield* Nodes.text(a, `scan "${root}" --repo backend --state`)
      assert.match(
        words,
        /\n3 files read; stated 3 contracts that backend provides and 0 that it consumes$/
      )

      const [row, ...others] = yield* Nodes.json(
        a,
        Schema.Array(Rows.ContractsRow),
        "contracts --about table:orders"
      )
      assert.deepStrictEqual(
        row?.provides.map(({ contract }) => contract),
        ["table:orders"]
      )
      assert.deepStrictEqual(
        [row?.repository, row?.own, row?.version, others.length],
        ["backend", true, 1, 0]
      )
      assert.match(
        yield* Nodes.text(a, "contracts"),
        /^CONTRACT +PROVIDED BY +CONSUMED BY\napi:PUT \/v1\/users\/{} +backend$/m
      )
    })
  )

  it.effect("diff says who works against what changed: 2 somebody, 0 nobody, 3 nobody can tell", () =>
    Effect.gen(function* () {
      const { a, b } = yield* Nodes.Pair
      const { root, write } = yield* backend
      const web = join(yield* Nodes.folder, "web")
      mkdirSync(web)
      writeFileSync(join(web, "app.ts"), "await axios.put(`/v1/users/${id}`, body); process.env.JWT_SECRET")
      const diff = (expected: number) =>
        Nodes.json(a, DiffReport, `diff "${root}" --repo backend --against HEAD`, expected)

      write("openapi.yaml", openapi("name, phone"))
      const unsure = yield* diff(3)
      assert.deepStrictEqual(
        [unsure.verdict, unsure.unknown.map(({ file }) => file)],
        ["unknown", ["the mesh"]]
      )

      yield* Nodes.text(b, `scan "${web}" --repo web --state`)
      yield* Nodes.claimed(b, "w", "web#1", "Colour of the buttons")
      yield* Nodes.claimed(b, "m", "mobile#7", "Sign-up", "api:PUT /v1/users/:userId=use")
      yield* Nodes.knows(a, "mobile#7")
      yield* Nodes.until("a knows of web", a.client.contracts(), (rows) =>
        rows.some((row) => row.repository === "web")
      )

      const affected = yield* diff(2)
      assert.strictEqual(affected.verdict, "attention")
      assert.deepStrictEqual(
        affected.changes.map(({ breaking, consumers, contract, why }) => [
          contract,
          breaking,
          why,
          consumers
        ]),
        [["api:PUT /v1/users/{}", true, "body.phone: must be given now", ["web"]]]
      )
      assert.deepStrictEqual(
        affected.changes[0]?.at_work.map(({ agent, by, task }) => [task, agent.split("@")[0], by]),
        [
          ["mobile#7", "m", "declares"],
          ["web#1", "w", "consumes"]
        ]
      )
      assert.match(
        yield* Nodes.text(a, `diff "${root}" --repo backend --against HEAD`, 2),
        /^BREAKING api:PUT .+ changed: .+\n {2}consumed by web\n {2}at work: mobile#7 by m \(declares /
      )

      write("openapi.yaml", openapi("name", "\n                age: { type: integer }"))
      const harmless = yield* diff(0)
      assert.deepStrictEqual(
        harmless.changes.map(({ breaking, why }) => [breaking, why]),
        [[false, "body.age: is new"]]
      )

      write("openapi.yaml", "openapi: 3.0.0\npaths: [")
      const broken = yield* diff(3)
      assert.deepStrictEqual(
        [broken.changes, broken.unknown.map(({ file }) => file)],
        [[], ["openapi.yaml"]]
      )

      write("openapi.yaml", "GARBAGE: [\n")
      write("db/1_orders.sql", "GARBAGE: [\n")
      const unreadable = yield* diff(3)
      assert.deepStrictEqual(
        [unreadable.changes, unreadable.unknown.map(({ file }) => file)],
        [[], ["db/1_orders.sql", "openapi.yaml"]]
      )
    })
  )

  it.effect("what a scan could not read is not withdrawn; what it read to be gone is, once all is read", () =>
    Effect.gen(function* () {
      const { a } = yield* Nodes.Pair
      const { root, write } = yield* backend
      const state = Nodes.json(a, ScanReport, `scan "${root}" --repo kept --state`)
      const stated = Effect.map(a.client.contracts(), (rows) =>
        rows
          .filter(({ repository }) => repository === "kept")
          .flatMap(({ consumes, provides }) => [...provides.map(({ contract }) => contract), ...consumes])
      )
      write("app.ts", "process.env.QUEUE")
      yield* state
      const all = ["api:PUT /v1/users/{}", "env:JWT_SECRET", "table:orders", "env:QUEUE"]
      assert.deepStrictEqual(yield* stated, all)

      write("openapi.yaml", "GARBAGE: [\n")
      write("app.ts", "")
      const { kept, unknown } = yield* state
      assert.deepStrictEqual(
        [kept, unknown.map(({ file }) => file)],
        [["api:PUT /v1/users/{}", "env:QUEUE"], ["openapi.yaml"]]
      )
      assert.deepStrictEqual(yield* stated, all)
      assert.match(
        yield* Nodes.text(a, `scan "${root}" --repo kept --state`),
        /\nnot withdrawn, since not all could be read:\n {2}api:PUT .+\n {2}env:QUEUE *\n/
      )

      write("openapi.yaml", "openapi: 3.0.0\npaths: {}\n")
      assert.notProperty(yield* state, "kept")
      assert.deepStrictEqual(yield* stated, ["env:JWT_SECRET", "table:orders"])
    })
  )

  it.effect("an alert tells the contract that two tasks name, and why shows it", () =>
    Effect.gen(function* () {
      const { a, b } = yield* Nodes.Pair
      const { root } = yield* backend
      const kiosk = join(yield* Nodes.folder, "kiosk")
      mkdirSync(kiosk)
      writeFileSync(join(kiosk, "app.ts"), "await axios.put(`/v1/users/${id}`, body)")
      yield* Nodes.text(a, `scan "${root}" --repo store --state`)
      yield* Nodes.text(b, `scan "${kiosk}" --repo kiosk --state`)
      yield* Nodes.until("b knows of store", b.client.contracts(), (rows) =>
        rows.some((row) => row.repository === "store")
      )
      yield* Nodes.claimed(a, "s", "store#1", "Ask for phones", "api:PUT /v1/users/{id}=replace")
      yield* Nodes.knows(b, "store#1")
      const done = yield* Nodes.claimed(b, "k", "kiosk#2", "The form saves by PUT /v1/users/:userId twice")

      assert.lengthOf(done.sessions, 1)
      const why = yield* Nodes.json(b, AlertRows.WhyReport, "why store#1 kiosk#2")
      assert.deepStrictEqual(
        [why.relationship, why.direction, why.missing],
        ["API_Contract", "task1_first", []]
      )
      assert.match(
        yield* Nodes.text(b, "why store#1 kiosk#2"),
        / repository: kiosk uses `PUT \/v1\/users\/{}`, which store provides; both tasks name it/
      )
    })
  )

  it.effect("a diff that could not run is unknown: no such commit, no git, no node, no folder", () =>
    Effect.gen(function* () {
      const { a } = yield* Nodes.Pair
      const { root, write } = yield* backend
      const bare = yield* Nodes.folder

      assert.match(
        yield* Nodes.refusedAt(a, 3, `diff "${root}" --against nowhere`),
        /nothing was compared: nowhere in .+: git knows no commit by this name/
      )
      assert.match(yield* Nodes.refusedAt(a, 3, `diff "${bare}" --against HEAD`), /not a git repository/)
      assert.match(yield* Nodes.refusedAt(a, 64, `scan "${join(bare, "none")}"`), /there is no such file/)

      write("db/2_gone.sql", "DROP TABLE orders;")
      const alone = yield* Nodes.chorus(`diff "${root}" --against HEAD --json --db "${join(bare, "x.db")}"`)
      assert.strictEqual(alone.code, 3, alone.stderr)
      assert.match(alone.stdout, /"verdict":"unknown".+no node is running here/)
    })
  )
})
