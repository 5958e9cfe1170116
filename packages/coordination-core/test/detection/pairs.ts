/**
 * Pairs of tasks that a person labelled: the seed's examples, everyday pairs, and look-alikes.
 */
import type { TaskContext } from "@chorus/coordination-core/task/TaskContext"
import { task } from "./entries.ts"

export interface Pair {
  readonly task1: TaskContext
  readonly task2: TaskContext
  /** The relationship to find, or undefined where there is none. */
  readonly relationship: string | undefined
  /** Which of the two moves first, where that can be told. */
  readonly first?: "task1_first" | "task2_first"
}

/** The pairs printed in the seed document, under the names it gives them. */
export const seedPairs: ReadonlyArray<Pair> = [
  {
    task1: task("backend-api", "Define user authentication API"),
    task2: task("auth-service", "Implement authentication endpoint"),
    relationship: "API_Contract",
    first: "task1_first"
  },
  {
    task1: task("database", "Add user preferences table"),
    task2: task("user-service", "Update user service for preferences"),
    relationship: "Database_Schema",
    first: "task1_first"
  },
  {
    task1: task("web-app", "Add feature flag for new UI"),
    task2: task("backend", "Implement feature flag checks in backend"),
    relationship: "Configuration_Dependency",
    first: "task1_first"
  },
  {
    task1: task("token-service", "Implement JWT token refresh"),
    task2: task("gateway", "Update authentication middleware"),
    relationship: "Security_Compliance"
  }
]

/** The pair of the seed's `dependency_detected` message. */
export const messagePair: Pair = {
  task1: task("backend-api", "Define user authentication API", {
    description: "Create OpenAPI spec for user auth endpoints",
    keywords: ["api", "authentication", "openapi"]
  }),
  task2: task("frontend-app", "Implement login page"),
  relationship: "API_Contract",
  first: "task1_first"
}

/** Pairs that belong together. */
export const related: ReadonlyArray<Pair> = [
  {
    task1: task("orders", "Split the orders table by region"),
    task2: task("reports", "Nightly revenue report reads orders"),
    relationship: "Database_Schema",
    first: "task1_first"
  },
  {
    task1: task("deploy", "Rename SMTP_RELAY_HOST to MAIL_HOST"),
    task2: task("mailer", "Retry when SMTP_RELAY_HOST is unreachable"),
    relationship: "Configuration_Dependency",
    first: "task1_first"
  },
  {
    task1: task("schemas", "Bump invoice.proto to v3", { description: "Protobuf contract" }),
    task2: task("billing-client", "Regenerate the client from invoice.proto"),
    relationship: "API_Contract"
  },
  {
    task1: task("edge", "Rotate TLS certificates of the ingress"),
    task2: task("mobile", "Pin the ingress certificate"),
    relationship: "Security_Compliance"
  },
  {
    task1: task("catalog", "Replace product lookup", { scopes: ["api:GET /v1/products=replace"] }),
    task2: task("shop", "Show stock per shelf", { scopes: ["api:GET /v1/products=use"] }),
    relationship: "API_Contract",
    first: "task1_first"
  },
  {
    task1: task("ledger", "Archive old bookings", { scopes: ["table:bookings=use"] }),
    task2: task("ledger-admin", "Two-phase bookings", { scopes: ["table:bookings=migrate"] }),
    relationship: "Database_Schema",
    first: "task2_first"
  },
  {
    task1: task("infra", "Resize the cluster", { scopes: ["infra:queue-cluster=change"] }),
    task2: task("alerts", "Tune the broker", { scopes: ["infra:queue-cluster=change"] }),
    relationship: "Shared_Scope"
  },
  {
    task1: task("warehouse", "Publish ParcelDispatched with the carrier", {
      description: "ParcelDispatched gains carrier and tracking code."
    }),
    task2: task("notify", "Send a text on ParcelDispatched", {
      description: "Use the tracking code of ParcelDispatched."
    }),
    relationship: "Related_Work"
  }
]

/** Pairs that declare to use the same thing, which nobody changes. */
export const readers: ReadonlyArray<Pair> = ([
  ["table:bookings=use", "table:public.Bookings=use"],
  ["api:GET /v1/products=use", "api:get /v1/products=use"],
  ["env:LOGIN_URL=use", "env:login_url=use"],
  ["event:order.paid=use", "event:order.paid=use"]
] as const).map(([scope1, scope2]) => ({
  task1: task("ledger", "Revenue by month", { scopes: [scope1] }),
  task2: task("shop", "Keep the cart", { scopes: [scope2, "env:CART_TTL=add"] }),
  relationship: undefined
}))

/** Pairs that only look alike, the traps of substring rules among them. */
export const unrelated: ReadonlyArray<Pair> = ([
  [task("finance", "Implement rapid capital allocation"), task("blog", "Add stable author page")],
  [task("media", "Acceptable latency for thumbnails"), task("sports", "Rapid table tennis scores")],
  [task("docs", "Fix typo in the README"), task("desktop", "Add dark mode to settings page")],
  [task("payments", "Define payment API"), task("portal", "Implement login page")],
  [task("inventory", "Add pallets table"), task("sessions", "Drop visits table")],
  [task("logging", "Update config of logger"), task("runners", "Change environment of runners")],
  [task("backup", "Encrypt backups at rest"), task("site", "Fix login page layout")],
  [task("profile", "Refactor user service tests"), task("avatars", "Add user avatar upload")],
  [task("images", "Speed up image resizing"), task("gallery", "Lazy image placeholders in lists")],
  [task("handbook", "Write release notes"), task("academy", "Write onboarding guide")]
] as const).map(([task1, task2]) => ({ task1, task2, relationship: undefined }))
