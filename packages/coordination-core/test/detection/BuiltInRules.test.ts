/**
 * Each built-in rule on small pairs: what makes it match, what does not, and what it says.
 */
import { assert, describe, it } from "@effect/vitest"
import { builtInRules } from "@chorus/coordination-core/detection/BuiltInRules"
import { read, type Verdict } from "@chorus/coordination-core/detection/Rule"
import type { TaskContext } from "@chorus/coordination-core/task/TaskContext"
import * as fc from "fast-check"
import { anEntry } from "./arbitraries.ts"
import { task } from "./entries.ts"
import { messagePair, seedPairs } from "./pairs.ts"

const judge = (name: string, task1: TaskContext, task2: TaskContext): Verdict | undefined =>
  builtInRules.find((rule) => rule.name === name)?.validator(read(task1), read(task2))

const fired = (title1: string, title2: string): ReadonlyArray<string> =>
  builtInRules
    .filter(({ name }) => judge(name, task("one", title1), task("two", title2))?.matches === true)
    .map(({ name }) => name)

describe("the rules", () => {
  for (const { relationship, task1, task2 } of [...seedPairs, messagePair]) {
    it(`the seed's ${relationship} matches first: ${task1.title} / ${task2.title}`, () => {
      const [first] = builtInRules.filter(({ name }) => judge(name, task1, task2)?.matches === true)

      assert.strictEqual(first?.name, relationship)
    })
  }

  const cases: ReadonlyArray<readonly [string, string, ReadonlyArray<string>]> = [
    ["Publish the invoice API", "Call the invoice endpoint", ["API_Contract"]],
    ["Publish the invoice API", "Implement dark mode", []],
    ["Publish the invoice API", "Archive every invoice", []],
    ["Alter the invoices table", "Backfill a column of invoices", ["Database_Schema"]],
    ["Alter the invoices table", "Export invoices as text", ["Database_Schema"]],
    ["Alter the invoices table", "Drop the visits table", []],
    ["Seat plan with invoices table", "Export invoices as text", []],
    ["Toggle for the basket", "Feature flags expire", ["Configuration_Dependency"]],
    ["Mailer settings per tenant", "Configure each tenant", ["Configuration_Dependency"]],
    ["Mailer settings", "Configure the printer", []],
    ["Rename MAIL_HOST", "Retry on MAIL_HOST", ["Configuration_Dependency"]],
    ["Refresh OAuth tokens", "Login page in dark", ["Security_Compliance"]],
    ["Renew TLS certificates", "Pin certificates", ["Security_Compliance"]],
    ["Renew TLS certificates", "Login page in dark", []],
    ["Security review of uploads", "Sanitize uploads", ["Security_Compliance"]],
    ["Security review", "Sanitize uploads", []],
    ["Paint the fence", "Water the tomatoes", []]
  ]
  for (const [title1, title2, rules] of cases) {
    it(`${rules.join(", ") || "none"}: ${title1} / ${title2}`, () => {
      assert.deepStrictEqual(fired(title1, title2), rules)
      assert.deepStrictEqual(fired(title2, title1), rules)
    })
  }

  const traps = ["rapid", "capital", "stable", "acceptable", "author"]
  for (const trap of traps) {
    it(`${trap} is no word of any rule`, () => {
      for (const partner of ["Implement login", "Add orders table", "Check config", trap]) {
        assert.deepStrictEqual(fired(`The ${trap} thing`, `${partner} ${trap}`), [])
      }
    })
  }
})

describe("a verdict", () => {
  it("names the words that matched in each task", () => {
    const verdict = judge(
      "Security_Compliance",
      task("edge", "Implement JWT token refresh"),
      task("gateway", "Update authentication middleware")
    )

    assert.strictEqual(
      verdict?.reason,
      `edge#1 speaks of "jwt" and "token", gateway#1 of "authentication".`
    )
  })

  const directions: ReadonlyArray<readonly [string, string, string, string]> = [
    ["API_Contract", "Define the invoice API", "Implement the invoice endpoint", "task1_first"],
    ["API_Contract", "Call the invoice endpoint", "Specify the invoice API", "task2_first"],
    ["API_Contract", "Invoice endpoint", "Invoice API", "undefined"],
    ["Database_Schema", "Add invoices table", "Export invoices", "task1_first"],
    ["Database_Schema", "Add invoices table", "Drop invoices column", "undefined"],
    ["Configuration_Dependency", "Check the basket flag", "Introduce a basket flag", "task2_first"]
  ]
  for (const [rule, title1, title2, direction] of directions) {
    it(`${rule} says who moves first: ${title1} / ${title2}`, () => {
      const verdict = judge(rule, task("one", title1), task("two", title2))

      assert.isTrue(verdict?.matches)
      assert.strictEqual(String(verdict?.direction), direction)
    })
  }

  const kinds = [
    ["api:GET /orders", "API_Contract"],
    ["table:orders", "Database_Schema"],
    ["schema:orders", "Database_Schema"],
    ["env:ORDERS", "Configuration_Dependency"],
    ["flag:orders", "Configuration_Dependency"],
    ["event:OrderPlaced", "Shared_Scope"],
    ["package:left-pad", "Shared_Scope"]
  ] as const
  for (const [subject, name] of kinds) {
    it(`a declared ${subject} is a ${name}`, () => {
      const task1 = task("one", "This", { scopes: [`${subject}=replace`] })
      const task2 = task("two", "That", { scopes: [`${subject}=use`] })
      const names = builtInRules.filter((rule) => judge(rule.name, task1, task2)?.declared === true)

      assert.deepStrictEqual([...new Set([name, "Shared_Scope"])], names.map((rule) => rule.name))
    })
  }

  it("is the same for the pair the other way round, but for its direction and its sentence", () => {
    const flipped = { task1_first: "task2_first", task2_first: "task1_first" } as const
    fc.assert(fc.property(anEntry, anEntry, (one, two) => {
      for (const { name } of builtInRules) {
        const there = judge(name, one.task, two.task)
        const back = judge(name, two.task, one.task)

        assert.strictEqual(back?.matches, there?.matches)
        assert.strictEqual(back?.direction, there?.direction && flipped[there.direction])
      }
    }))
  })
})
