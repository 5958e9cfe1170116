/**
 * The seed's TaskContext decodes as it stands, and how a task is named where text is short.
 */
import { assert, describe, it } from "@effect/vitest"
import * as TaskKey from "@chorus/coordination-core/identity/TaskKey"
import * as TaskContext from "@chorus/coordination-core/task/TaskContext"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const decode = Schema.decodeUnknownResult(TaskContext.TaskContext)

const full: TaskContext.TaskContext = {
  task_id: 42,
  project_id: 1,
  repository: "backend-api",
  title: "Define user authentication API",
  description: "Create OpenAPI spec for user auth endpoints",
  keywords: ["api", "authentication", "openapi"],
  agent_id: "agent-001",
  claimed_at: "2025-09-30T10:00:00Z",
  scopes: ["api:POST /v1/login=add"],
  paths: ["openapi/auth.yaml"],
  status: "open"
}

describe("TaskContext", () => {
  it("the seed's fields and ours decode; repository, id and title are enough", () => {
    assert.deepStrictEqual(Result.getOrThrow(decode(full)), full)
    assert.isTrue(Result.isSuccess(decode({ task_id: "42", repository: "org/name", title: "" })))
    for (const field of ["task_id", "repository", "title"] as const) {
      const { [field]: _left, ...rest } = full
      assert.isTrue(Result.isFailure(decode(rest)), field)
    }
  })

  it("a scope that is not of the form is refused with a message that shows the form", () => {
    const refused = decode({ ...full, scopes: ["orders"] })

    assert.include(Result.isFailure(refused) ? refused.failure.message : "", "table:orders=migrate")
  })

  it("brief leaves the long text out, bare knows the key alone", () => {
    assert.deepStrictEqual(TaskContext.brief(full), {
      task_id: 42,
      project_id: 1,
      repository: "backend-api",
      title: "Define user authentication API",
      agent_id: "agent-001"
    })
    const bare = TaskContext.bare(TaskContext.key(full))
    assert.deepStrictEqual(bare, { task_id: "42", repository: "backend-api", title: "backend-api#42" })
    assert.deepStrictEqual(TaskContext.brief(bare), bare)
    assert.strictEqual(TaskContext.key(bare), TaskContext.key(full))
  })

  it("a bare task with the longest key is still a task", () => {
    const key = TaskKey.make("r".repeat(140), "i".repeat(100))

    assert.isTrue(Result.isSuccess(decode(TaskContext.bare(key))))
  })
})
