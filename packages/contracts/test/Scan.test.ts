/**
 * A repository as a whole: which files count, and what the smaller formats say.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Scan from "@chorus/contracts/Scan"
import * as fc from "fast-check"
import { changes, names, scan, shape } from "./findings.ts"

describe("Environment keys", () => {
  it("an example provides them, sources consume them, in many languages", () => {
    const found = scan({
      ".env.example": "# keys\nJWT_SECRET=\nexport API_URL=https://x.test\n#OFF=1\n",
      ".env": "REAL_SECRET=hunter2",
      "src/a.ts":
        'process.env.JWT_SECRET ?? process.env["DB_URL"]; import.meta.env.VITE_KEY; process.env.PATH',
      "src/b.py": "os.environ['QUEUE'] or os.environ.get(\"QUEUE_SIZE\") or os.getenv('WORKERS')",
      "src/c.go": 'os.Getenv("REGION")',
      "src/d.rs": 'std::env::var("RUST_FLAG")',
      "src/e.rb": 'ENV.fetch("RAILS_KEY")',
      "src/a.test.ts": "process.env.ONLY_IN_TESTS"
    })

    assert.deepStrictEqual(names(found.provides), ["env:API_URL", "env:JWT_SECRET"])
    assert.deepStrictEqual(names(found.consumes), [
      "env:DB_URL",
      "env:JWT_SECRET",
      "env:QUEUE",
      "env:QUEUE_SIZE",
      "env:RAILS_KEY",
      "env:REGION",
      "env:RUST_FLAG",
      "env:VITE_KEY",
      "env:WORKERS"
    ])
    assert.notInclude(JSON.stringify(found), "hunter2")
    assert.notInclude(JSON.stringify(found), "x.test")
  })
})

describe("Calls", () => {
  it("what sources call and which tables they name, whatever stands for parameters", () => {
    const found = scan({
      "src/api.ts":
        "await axios.post(`/v1/users/${id}/phones?x=1`); fetch(`${base}/v1/users`);\n" +
        'fetch("https://users.test/v1/users/7", { method: "DELETE" }); app.get("/mine", handler);\n' +
        'client.get("not a path"); map.get("/neither")',
      "src/db.py":
        'cur.execute("SELECT id FROM orders o JOIN public.customers c ON true")\n# taken FROM the book',
      "src/prose.ts": "// words FROM nowhere"
    })

    assert.deepStrictEqual(names(found.consumes), [
      "api:DELETE /v1/users/7",
      "api:GET /v1/users",
      "api:POST /v1/users/{}/phones",
      "table:customers",
      "table:orders"
    ])
  })
})

describe("GraphQL, protocol buffers, Backstage", () => {
  it("GraphQL: fields of the roots and types, with what they need", () => {
    const sdl =
      "type Query { user(id: ID!, full: Boolean = false): User }\n" +
      "type User { id: ID!, posts(first: Int!): [Post!]! }\n" +
      "input NewUser { email: String!, role: Role = MEMBER }\n" +
      "enum Role { ADMIN MEMBER }\ntype Post { id: ID! }\n" +
      "extend type Mutation { addUser(user: NewUser!): User! }\n"
    const found = scan({ "schema.graphql": sdl, "queries.graphql": "query Q { user(id: 1) { id } }" })

    assert.deepStrictEqual(names(found.provides), [
      "api:MUTATION adduser",
      "api:QUERY user",
      "schema:newuser",
      "schema:post",
      "schema:role",
      "schema:user"
    ])
    assert.deepStrictEqual(shape(found, "api:QUERY user"), [
      "in (full): Boolean",
      "in (id)!: ID",
      "out answer: User"
    ])
    assert.deepStrictEqual(
      changes(
        found,
        scan({ "schema.graphql": sdl.replace("id: ID!, posts", "posts").replace("ADMIN ", "") })
      ),
      ["* schema:role ADMIN: is no longer there", "* schema:user id: is no longer there"]
    )
    assert.deepStrictEqual(found.unknown, [])
  })

  it("protocol buffers: methods, messages and enums, fields with their numbers", () => {
    const proto =
      'syntax = "proto3";\npackage shop.v1;\n' +
      'service Orders { rpc Place (PlaceOrder) returns (stream Order); }\n' +
      "message PlaceOrder { string sku = 1; map<string, int32> counts = 2; }\n" +
      "message Order { repeated Line lines = 1; enum State { NEW = 0; PAID = 1; } " +
      "message Line { int64 id = 1; } }\n"
    const found = scan({ "shop.proto": proto })

    assert.deepStrictEqual(names(found.provides), [
      "api:POST /shop.v1.orders/place",
      "schema:shop.v1.order",
      "schema:shop.v1.order.line",
      "schema:shop.v1.order.state",
      "schema:shop.v1.placeorder"
    ])
    assert.deepStrictEqual(shape(found, "schema:shop.v1.placeorder"), [
      "both counts: map<string,int32> = 2",
      "both sku: string = 1"
    ])
    assert.deepStrictEqual(changes(found, scan({ "shop.proto": proto.replace("sku = 1", "sku = 3") })), [
      "* schema:shop.v1.placeorder sku: was string = 1, is string = 3"
    ])
  })

  it("Backstage: APIs that are provided and consumed, and an API's definition", () => {
    const found = scan({
      "catalog-info.yaml":
        "kind: Component\nmetadata: { name: shop }\nspec:\n  type: service\n  providesApis: [orders-api]\n" +
        "  consumesApis: ['api:default/users-api']\n" +
        "  dependsOn: ['resource:default/orders-db', 'component:log']\n---\n" +
        "kind: API\nmetadata: { name: orders-api }\nspec:\n  type: openapi\n  definition: |\n" +
        "    openapi: 3.0.0\n    paths: { /orders: { get: { responses: {} } } }\n"
    })

    assert.deepStrictEqual(names(found.provides), ["api:GET /orders", "api:orders-api", "package:shop"])
    assert.deepStrictEqual(names(found.consumes), ["api:users-api", "infra:orders-db", "package:log"])
  })
})

describe("Scan", () => {
  it("tests, dependencies and what a build made are left out; other YAML is nothing", () => {
    const files = [
      "node_modules/a/package.json",
      "test/fixtures/openapi.yaml",
      "dist/schema.sql",
      "vendor/x/go.mod",
      "src/a.test.ts",
      "pnpm-lock.yaml",
      "README.md",
      "picture.png",
      ".env"
    ]

    assert.deepStrictEqual(
      files.map(Scan.interest),
      files.map(() => "none")
    )
    assert.deepStrictEqual(
      ["package.json", "db/1.sql", "api/openapi.yml", ".env.example", "src/a.ts"].map(Scan.interest),
      ["contract", "contract", "contract", "contract", "source"]
    )
    assert.deepStrictEqual(scan({ "docker-compose.yaml": "services: {}" }), {
      provides: [],
      consumes: [],
      unknown: []
    })
  })

  it.each([
    ["package.json", "{ not json"],
    ["pyproject.toml", "[project\n"],
    ["Cargo.toml", "= 1"],
    ["go.mod", "nothing"],
    ["schema.graphql", "type Query {"],
    ["a.proto", "message {"],
    ["openapi.json", '{"openapi": "3.0.0",'],
    ["openapi.yaml", `openapi: 3.0.0\nx: ${"[".repeat(20_000)}`],
    ["api/openapi.yaml", "GARBAGE: [\n"],
    ["openapi.v2.yml", ""],
    ["swagger.json", "[]"],
    ["clients/users/swagger.yaml", "paths: {}"],
    ["catalog-info.yaml", "kind: [\n---\na: {"]
  ])("malformed %s is unknown with a reason and the digest of its text", (path, text) => {
    const { unknown } = scan({ [path]: text })

    assert.isAtLeast(unknown.length, 1)
    assert.match(
      `${unknown[0]?.file} ${unknown[0]?.because} ${unknown[0]?.digest}`,
      new RegExp(`^${path} .+ \\w{16}$`)
    )
  })

  it.each([
    ["users.yaml", "openapi: 3.0.0\npaths: {/a: {get: {responses: {}}}}", "GARBAGE: [\n"],
    ["users.json", '{"swagger": "2.0", "paths": {"/a": {"get": {}}}}', "{}"],
    ["schema.graphql", "type Query { a: ID }", "query Q { a }"],
    ["1.sql", "CREATE TABLE a (b int);", "GARBAGE: [\n"]
  ])("what described contracts and is no description any more is unknown: %s", (path, before, text) => {
    const described = new Set(scan({ [path]: before }).provides.map(({ file }) => file))
    assert.deepStrictEqual([...described], [path])

    assert.deepStrictEqual(scan({ [path]: text }).unknown, [])
    assert.deepStrictEqual(
      Scan.read([{ path, text }], described).unknown.map(({ file }) => file),
      [path]
    )
    assert.deepStrictEqual(Scan.read([{ path, text: before }], described).unknown, [])
  })

  it("H21: no text of any file makes it throw, and nothing depends on the order of files", () => {
    const samples = [
      "openapi: 3.0.0\npaths:\n  /a/{b}: {get: {parameters: [{in: query}]}}",
      "CREATE TABLE a (b int",
      "type Query { a: B",
      "message A { string b = 1; }",
      '{"name":"a","exports":{}}',
      "kind: API\nmetadata: {name: x}",
      "ALTER TABLE a ADD (b int, c",
      "$$",
      "'",
      '"__proto__": 1',
      "SELECT FROM UPDATE x SET",
      "process.env.A_B"
    ]
    const path = fc.constantFrom(
      "a.yaml",
      "a.json",
      "a.sql",
      "b.sql",
      "a.graphql",
      "a.proto",
      "package.json",
      "pyproject.toml",
      "setup.cfg",
      "go.mod",
      "Cargo.toml",
      "catalog-info.yaml",
      ".env.example",
      "a.ts",
      "client/a.sql"
    )
    const text = fc
      .array(fc.oneof(fc.constantFrom(...samples), fc.string({ maxLength: 12 })), { maxLength: 6 })
      .map((parts) => parts.join(""))
    const files = fc.uniqueArray(fc.record({ path, text }), { maxLength: 5, selector: (file) => file.path })
    fc.assert(
      fc.property(files, (some) => {
        const { provides, unknown } = Scan.read(some)
        const backwards = Scan.read([...some].reverse())
        assert.deepStrictEqual(names(backwards.provides), names(provides))
        assert.deepStrictEqual(backwards.unknown, unknown)
      }),
      { numRuns: 400 }
    )
  })
})
