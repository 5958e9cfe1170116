/**
 * A rule of your own, in code; `chorus up` reads rules of words from the YAML file of the setting
 * `rules`, without any.
 *
 *     node examples/05-your-own-rule.ts
 */
import * as Detector from "@chorus/coordination-core/detection/Detector"
import * as Index from "@chorus/coordination-core/detection/Index"
import * as Rule from "@chorus/coordination-core/detection/Rule"
import { AgentKey } from "@chorus/coordination-core/identity/AgentId"
import { FactId } from "@chorus/coordination-core/identity/FactId"

const graphql = Rule.make({
  name: "GraphQL_Schema",
  description: "A schema and those who resolve it",
  keywords: ["graphql", "schema", "resolver"],
  decisive: true,
  validator: (one, other) =>
    [[one, other], [other, one]].some(([schema, resolver]) =>
      schema !== undefined && resolver !== undefined &&
      Rule.mentions(schema, "schema") && Rule.mentions(resolver, "resolver"))
      ? Rule.matched("a GraphQL schema and a resolver have to move together")
      : Rule.unmatched
})

const entry = (digit: string, repository: string, title: string): Index.Entry => ({
  claim: FactId.make(digit.repeat(64)),
  agent: AgentKey.make(`agent-${digit}@${digit.repeat(52)}`),
  task: { repository, task_id: 1, title },
  atMillis: 1_800_000_000_000
})
const known = Index.insert(Index.empty, entry("1", "gateway", "Extend the GraphQL schema by orders"))

const [found] = Detector.detect(known, entry("2", "shop", "Write the resolver for orders"), {
  ...Detector.defaults,
  rules: [...Detector.defaults.rules, graphql],
  nowMillis: 1_800_000_000_000,
  limit: 3
})
console.log(found === undefined ? "nothing" : `${found.relationship}: ${found.reason}`)
