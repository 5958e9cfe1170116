/**
 * Entries for properties: a small vocabulary, so that tasks meet, and some text of any kind.
 */
import type { Entry } from "@chorus/coordination-core/detection/Index"
import * as fc from "fast-check"
import { atMillis, entry } from "./entries.ts"

const words = [
  "Define", "Implement", "Add", "Update", "user", "API", "endpoint", "table", "orders", "invoices",
  "JWT", "login", "feature", "flag", "config", "ORDER_QUEUE", "getInvoice", "orders.sql", "worker"
]

const plain = fc.array(fc.constantFrom(...words), { maxLength: 8 }).map((all) => all.join(" "))
const sentence = fc.oneof(
  { weight: 4, arbitrary: plain },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 60 }) }
)

const scope = fc.constantFrom(
  "table:orders=migrate",
  "table:orders=use",
  "api:GET /orders=replace",
  "env:ORDER_QUEUE=add",
  "file:orders.sql=change"
)

/** An entry in one of four repositories, claimed within three days. */
export const anEntry: fc.Arbitrary<Entry> = fc.record({
  repository: fc.constantFrom("shop", "billing", "org/worker", "orders-api"),
  task_id: fc.nat(9),
  title: sentence,
  description: sentence,
  scopes: fc.array(scope, { maxLength: 2 }),
  paths: fc.array(fc.constantFrom("db/orders.sql", "src/login.ts"), { maxLength: 1 }),
  age: fc.nat(3 * 86_400_000)
}).map(({ age, ...task }) => entry(task, { atMillis: atMillis - age }))

/** Some entries with different claims. */
export const entries = fc.uniqueArray(anEntry, { maxLength: 12, selector: ({ claim }) => claim })
