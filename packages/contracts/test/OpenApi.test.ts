/**
 * OpenAPI: operations and schemas with their shapes, and what a change of the text changes.
 */
import { assert, describe, it } from "@effect/vitest"
import { changes, names, scan, shape } from "./findings.ts"

const users = `
openapi: 3.0.3
info: { title: Users, version: 1.0.0 }
servers: [{ url: https://api.example.test/v1 }]
paths:
  /users/{userId}:
    parameters:
      - { name: userId, in: path, required: true, schema: { type: integer } }
    get:
      parameters:
        - $ref: '#/components/parameters/Limit'
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema: { $ref: '#/components/schemas/User' }
        '404': { description: none }
  /users:
    post:
      security: [{ bearer: [] }]
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [email]
              properties:
                email: { type: string, format: email }
                role: { type: string, enum: [admin, member] }
      responses:
        '201':
          description: made
          content: { application/json: { schema: { $ref: '#/components/schemas/User' } } }
components:
  parameters:
    Limit: { name: limit, in: query, schema: { type: integer } }
  schemas:
    User:
      type: object
      required: [id]
      properties:
        id: { type: integer }
        name: { type: string }
        tags: { type: array, items: { type: string } }
        boss: { $ref: '#/components/schemas/User' }
`

const found = scan({ "openapi.yaml": users })
const after = (text: string, by: string) => {
  assert.include(users, text)
  return changes(found, scan({ "openapi.yaml": users.replace(text, by) }))
}

describe("OpenAPI", () => {
  it("each operation and each schema is a contract, under the path of the server", () => {
    assert.deepStrictEqual(names(found.provides), [
      "api:GET /v1/users/{}",
      "api:POST /v1/users",
      "schema:user"
    ])
    assert.deepStrictEqual(found.unknown, [])
  })

  it("the shape of an operation is what it takes and what it answers, references followed", () => {
    assert.deepStrictEqual(shape(found, "api:GET /v1/users/{}"), [
      "out 200: object",
      "out 200.boss: recursive User",
      "out 200.id!: integer",
      "out 200.name: string",
      "out 200.tags: array",
      "out 200.tags[]: string",
      "out 404: empty",
      "in path.1!: integer",
      "in query.limit: integer"
    ])
    assert.includeMembers(
      [...shape(found, "api:POST /v1/users")],
      [
        "in body!: object",
        "in body.email!: string email",
        'in body.role="admin": value',
        "in security!: bearer"
      ]
    )
  })

  it("a schema that changes changes the operations that refer to it, and only those", () => {
    assert.deepStrictEqual(after("id: { type: integer }", "id: { type: string, format: uuid }"), [
      "* api:GET /v1/users/{} 200.id: was integer, is string uuid",
      "* api:POST /v1/users 201.id: was integer, is string uuid",
      "* schema:user User.id: was integer, is string uuid"
    ])
  })

  it("what callers must give breaks them, what they get more does not", () => {
    assert.deepStrictEqual(after("required: [email]", "required: [email, role]"), [
      "* api:POST /v1/users body.role: must be given now"
    ])
    assert.deepStrictEqual(
      after("name: { type: string }", "name: { type: string }\n        age: { type: integer }"),
      [
        "  api:GET /v1/users/{} 200.age: is new",
        "  api:POST /v1/users 201.age: is new",
        "  schema:user User.age: is new"
      ]
    )
    assert.deepStrictEqual(after("enum: [admin, member]", "enum: [member]"), [
      '* api:POST /v1/users body.role="admin": is no longer taken'
    ])
    assert.deepStrictEqual(after("  /users:\n", "  /people:\n"), [
      "  api:POST /v1/people added",
      "* api:POST /v1/users removed"
    ])
  })

  it("a new name of a path parameter, a comment or another order change nothing", () => {
    assert.deepStrictEqual(
      changes(
        found,
        scan({ "openapi.yaml": users.replaceAll("userId", "id").replace("paths:", "# all\npaths:") })
      ),
      []
    )
  })

  it("version 2 in JSON, with the base path, a body and definitions", () => {
    const swagger = JSON.stringify({
      swagger: "2.0",
      basePath: "/api",
      paths: {
        "/orders": {
          post: {
            parameters: [
              { in: "body", name: "order", required: true, schema: { $ref: "#/definitions/Order" } }
            ],
            responses: { 200: { description: "ok", schema: { $ref: "#/definitions/Order" } } }
          },
          get: {
            parameters: [{ in: "query", name: "since", type: "string", required: true }],
            responses: {}
          }
        }
      },
      definitions: {
        Order: { allOf: [{ $ref: "#/definitions/Base" }, { properties: { total: { type: "number" } } }] },
        Base: { type: "object", properties: { id: { type: "string" } } }
      }
    })
    const old = scan({ "swagger.json": swagger })

    assert.deepStrictEqual(shape(old, "api:POST /api/orders"), [
      "out 200: object",
      "out 200.id: string",
      "out 200.total: number",
      "in body!: object",
      "in body.id: string",
      "in body.total: number"
    ])
    assert.deepStrictEqual(shape(old, "api:GET /api/orders"), ["in query.since!: string"])
  })

  it("what cannot be read is unknown with the reason, and so is what a reference leads out to", () => {
    const broken = scan({ "openapi.yaml": "openapi: 3.0.0\npaths: {\n" })
    const foreign = scan({
      "a.yaml": users.replaceAll("'#/components/schemas/User'", "'./common.yaml#/User'")
    })

    assert.deepStrictEqual(
      broken.unknown.map(({ file }) => file),
      ["openapi.yaml"]
    )
    assert.match(foreign.unknown[0]?.because ?? "", /refers to what is not in it: \.\/common\.yaml#\/User/)
    assert.include(names(foreign.provides), "api:POST /v1/users")
  })

  it("references that multiply are bounded, and a change deep inside still is one", () => {
    const level = (at: number) => `
    L${at}: { type: object, properties: { ${Array.from(
      { length: 12 },
      (_, field) => `f${field}: { $ref: '#/components/schemas/L${at + 1}' }`
    ).join(", ")} } }`
    const text = (deepest: string) => `
openapi: 3.1.0
paths:
  /a: { get: { responses: { 200: { content: { a: { schema: { $ref: '#/components/schemas/L0' } } } } } } }
components:
  schemas:${[0, 1, 2, 3, 4, 5].map(level).join("")}
    L6: { type: ${deepest} }`
    const [old, now] = ["string", "integer"].map((deepest) => scan({ "a.yaml": text(deepest) }))

    assert.isAtMost(old!.provides.find(({ name }) => name === "api:GET /a")!.shape.length, 513)
    assert.isAbove(changes(old!, now!).length, 0)
  })

  it("a description in a folder of clients is what the repository calls", () => {
    const called = scan({ "clients/users/openapi.yaml": users })

    assert.deepStrictEqual(names(called.consumes), ["api:GET /v1/users/{}", "api:POST /v1/users"])
    assert.deepStrictEqual(called.provides, [])
  })
})
