/**
 * What happens in the demo: six agents on three nodes, twelve tasks in six repositories.
 */
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import { TaskKey } from "@chorus/coordination-core/identity/TaskKey"

/** Which of the three nodes an agent works at. */
export type Place = 0 | 1 | 2

export interface Actor {
  readonly place: Place
  readonly agent: AgentName
}

export interface Claim extends Actor {
  readonly task: TaskKey
  readonly title: string
  readonly description: string
  readonly scopes: ReadonlyArray<string>
}

/** Two claims that belong together, and how their agents take the plan. */
export interface Scene {
  readonly heading: string
  readonly claims: readonly [Claim, Claim]
  readonly turn:
    | { readonly _tag: "Agree" }
    | { readonly _tag: "ObjectOnce"; readonly because: string }
    | { readonly _tag: "Escalate"; readonly because: string; readonly ruling: string }
}

const actor = (place: Place, name: string): Actor => ({ place, agent: AgentName.make(name) })

const [api, billing] = [actor(0, "api-agent"), actor(0, "billing-agent")]
const [web, mobile] = [actor(1, "web-agent"), actor(1, "mobile-agent")]
const [data, infra] = [actor(2, "data-agent"), actor(2, "infra-agent")]

const claim = (by: Actor, task: string, title: string, description: string, scope?: string): Claim => ({
  ...by,
  task: TaskKey.make(task),
  title,
  description,
  scopes: scope === undefined ? [] : [scope]
})

/** Work that depends on nothing else here: it must raise no alert. */
export const bystanders: ReadonlyArray<Claim> = [
  claim(api, "backend-api#102", "Fix a typo in the contributor guide", "A missing comma."),
  claim(web, "web-app#202", "Make the footer links reachable by keyboard", "Focus order and outline."),
  claim(billing, "billing#302", "Round invoice totals half up", "The sum on the PDF is one cent off."),
  claim(data, "data-pipeline#402", "Compact parquet files at night", "Too many small files."),
  claim(infra, "infra#502", "Renew the certificates of the staging cluster", "They expire on Monday."),
  claim(mobile, "mobile-app#602", "Shrink the icon images", "The bundle is too large.")
]

export const scenes: ReadonlyArray<Scene> = [
  {
    heading: "An API and its consumer: both agree",
    claims: [
      claim(
        api,
        "backend-api#101",
        "Define user authentication API",
        "OpenAPI spec for login, logout and token refresh.",
        "api:POST /v1/login=add"
      ),
      claim(
        web,
        "web-app#201",
        "Implement authentication endpoint in the login page",
        "Call POST /v1/login and keep the token.",
        "api:POST /v1/login=use"
      )
    ],
    turn: { _tag: "Agree" }
  },
  {
    heading: "A table and its reader: one objects, the plan is revised",
    claims: [
      claim(
        billing,
        "billing#301",
        "Migrate the orders table to integer cents",
        "Replace the column amount by amount_cents.",
        "table:orders=migrate"
      ),
      claim(
        data,
        "data-pipeline#401",
        "Read the orders table for the revenue report",
        "The nightly report sums orders.amount.",
        "table:orders=use"
      )
    ],
    turn: {
      _tag: "ObjectOnce",
      because: "the nightly report reads amount until Friday; keep the old column for one release"
    }
  },
  {
    heading: "A flag and its checks: a person has to decide",
    claims: [
      claim(
        infra,
        "infra#501",
        "Add feature flag for the new checkout",
        "A flag in the config service, off by default.",
        "flag:new-checkout=add"
      ),
      claim(
        mobile,
        "mobile-app#601",
        "Implement feature flag checks for the new checkout",
        "The store review takes five days.",
        "flag:new-checkout=use"
      )
    ],
    turn: {
      _tag: "Escalate",
      because: "the store review takes five days; who waits for whom?",
      ruling: "infra ships the flag today, switched off; mobile follows with its next release"
    }
  }
]
