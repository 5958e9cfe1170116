/**
 * What is worked on: a repository and a task id, written `repository#id`.
 *
 * An id is an integer or a string, so that `org/name#42` of a forge and the seed's pair
 * (`repository`, `task_id`) are the same kind of thing. (docs/rules.md, 5)
 */
import * as Schema from "effect/Schema"
import * as Hash from "./Hash.ts"

/** Counted as JSON writes it, so that an opening has room for the sealed claims of all members. */
const isMaxBytes = (max: number, message: string) =>
  Schema.makeFilter<string>((text) => Hash.byteLength(JSON.stringify(text)) - 2 <= max, { message })

const repositoryMessage = "Expected a repository: 1 to 140 bytes without blanks or '#'"
const taskIdMessage = "Expected a task id: an integer, or 1 to 100 bytes without blanks or '#'"

/** 1 to 140 bytes without blanks, control or format characters or `#`: `backend-api`, `org/name`. */
export const Repository = Schema.String.check(
  Schema.isPattern(/^[^\s#\p{Cc}\p{Cf}]{1,140}$/u, { message: repositoryMessage }),
  isMaxBytes(140, repositoryMessage)
)

/** An integer, or 1 to 100 bytes without blanks, control or format characters or `#`. */
export const TaskId = Schema.Union([
  Schema.Int,
  Schema.String.check(
    Schema.isPattern(/^[^\s#\p{Cc}\p{Cf}]{1,100}$/u, { message: taskIdMessage }),
    isMaxBytes(100, taskIdMessage)
  )
])
export type TaskId = typeof TaskId.Type

export const TaskKey = Schema.String.pipe(
  Schema.check(Schema.isPattern(/^[^\s#\p{Cc}\p{Cf}]{1,140}#[^\s#\p{Cc}\p{Cf}]{1,100}$/u, {
    message: "Expected a task: repository#id"
  })),
  Schema.brand("TaskKey")
)
export type TaskKey = typeof TaskKey.Type

/**
 * The key of a task: `backend-api` and 42 give `backend-api#42`, and so does the string "42". Both
 * parts come from a decoded fact, which checked them.
 */
export const make = (repository: string, id: TaskId): TaskKey =>
  // Checking again would cost a pattern a fact.
  `${repository}#${id}` as TaskKey

/** The repository of a task. */
export const repository = (key: TaskKey): string => key.slice(0, key.indexOf("#"))

/** The id of a task inside its repository, as a string. */
export const id = (key: TaskKey): string => key.slice(key.indexOf("#") + 1)
