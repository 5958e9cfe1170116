/**
 * The HTTP API: what the socket interface tells and lets people decide, for programs on HTTP.
 *
 *     GET   status tasks alerts sessions plans votes inbox pings people peers outcomes events (SSE)
 *     POST  rulings (sealed by a person) · inbox/CASE/decision (sealed here, by the operator's key)
 *
 * Errors are problem details (RFC 9457). Fields are added, never renamed, as in `api/Rows.ts`.
 */
import { text } from "@chorus/coordination-core/fact/Text"
import { SlurpEvent } from "@chorus/coordination-core/slurp/SlurpEvent"
import * as Api from "effect/http-api/HttpApi"
import * as Endpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiError from "effect/http-api/HttpApiError"
import * as Group from "effect/http-api/HttpApiGroup"
import * as Middleware from "effect/http-api/HttpApiMiddleware"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import * as AlertRows from "../api/AlertRows.ts"
import * as InboxRows from "../api/InboxRows.ts"
import * as Rows from "../api/Rows.ts"
import * as Words from "../api/Words.ts"
import { version } from "../Version.ts"

const blank = "about:blank"

export class NotFound extends HttpApiError.Problem<NotFound>()("NotFound", {
  type: blank,
  status: 404,
  title: "Not Found"
}) {}

/** The node did not do it; `detail` says why. */
export class Declined extends HttpApiError.Problem<Declined>()("Declined", {
  type: blank,
  status: 409,
  title: "Conflict"
}) {}

/** The same may succeed in a moment. */
export class Later extends HttpApiError.Problem<Later>()("Later", {
  type: blank,
  status: 503,
  title: "Service Unavailable"
}) {}

export class Unauthorized extends HttpApiError.Problem<Unauthorized>()("Unauthorized", {
  type: blank,
  status: 401,
  title: "Unauthorized"
}) {}

export class Forbidden extends HttpApiError.Problem<Forbidden>()("Forbidden", {
  type: blank,
  status: 403,
  title: "Forbidden"
}) {}

export class TooLarge extends HttpApiError.Problem<TooLarge>()("TooLarge", {
  type: blank,
  status: 413,
  title: "Content Too Large"
}) {}

export class Unsupported extends HttpApiError.Problem<Unsupported>()("Unsupported", {
  type: blank,
  status: 415,
  title: "Unsupported Media Type"
}) {}

const all = { all: Schema.optionalKey(Schema.Literals(["true", "false"])) }
/** A session's id, or its beginning; of a case its number as well. */
const session = { session: text(80) }
const waiting = { case: text(80) }
const guarded = [Unauthorized, Forbidden] as const
const reading = [NotFound, Later, ...guarded] as const
const ruling = [NotFound, Declined, Later, ...guarded, TooLarge, Unsupported] as const
/** What a call does and needs, for those who read the document; the guard is `HttpServer.ts`. */
const describing = (security: ReadonlyArray<object>) => (summary: string) =>
  OpenApi.annotations({ summary, override: { security } })
const [reads, changes] = [describing([{}, { token: [] }]), describing([{ token: [] }])]

/** So many outcomes are given at most. */
export const outcomesMax = 1000
/** So many programs listen to events at the same time, so that others find a connection. */
export const listenersMax = 32
const Limit = Schema.NumberFromString.check(
  Schema.isInt(),
  Schema.isBetween({ minimum: 1, maximum: outcomesMax })
)
/** Milliseconds; a default waits so long. */
const after = { after_ms: Schema.optionalKey(Schema.Natural) }

const node = Group.make("node").add(
  Endpoint.get("status", "/status", { success: Rows.StatusReport, error: guarded })
    .annotateMerge(reads("How the node is: peers, facts, sessions, memory")),
  Endpoint.get("tasks", "/tasks", { query: all, success: Schema.Array(Rows.TaskRow), error: reading })
    .annotateMerge(reads("The tasks that agents hold; with all=true those that are over as well")),
  Endpoint.get("alerts", "/alerts", { success: AlertRows.HeldBack, error: guarded })
    .annotateMerge(reads("The alerts that were found and not stated, and why")),
  Endpoint.get("sessions", "/sessions", {
    query: all,
    success: Schema.Array(Rows.SessionRow),
    error: reading
  }).annotateMerge(reads("The sessions that are open; with all=true those that are over as well")),
  Endpoint.get("session", "/sessions/:session", {
    params: session,
    success: Rows.SessionDetail,
    error: reading
  }).annotateMerge(reads("A session in full: evidence, plans, votes, messages, rulings")),
  Endpoint.get("plans", "/sessions/:session/plans", {
    params: session,
    success: Schema.Array(Rows.PlanRow),
    error: reading
  }).annotateMerge(reads("The plans of a session, the best first")),
  Endpoint.get("votes", "/sessions/:session/votes", {
    params: session,
    success: Schema.Array(Schema.Struct({ plan: Schema.String, ...Rows.VoteRow.fields })),
    error: reading
  }).annotateMerge(reads("The votes on the plans of a session")),
  Endpoint.get("people", "/people", { success: Schema.Array(Rows.PersonRow), error: guarded })
    .annotateMerge(reads("Who may rule")),
  Endpoint.get("peers", "/peers", {
    success: Schema.Array(Schema.Struct({ peer: Schema.String })),
    error: guarded
  }).annotateMerge(reads("The nodes that this one is connected with")),
  Endpoint.get("outcomes", "/outcomes", {
    query: { limit: Schema.optionalKey(Limit) },
    success: Schema.Array(SlurpEvent),
    error: reading
  }).annotateMerge(reads("What came of sessions, the oldest first")),
  Endpoint.get("events", "/events", {
    success: HttpApiSchema.StreamSse({ data: Rows.Notice }),
    error: [Later, ...guarded]
  }).annotateMerge(reads("What happens from now on, as server-sent events"))
)

const people = Group.make("inbox").add(
  Endpoint.get("inbox", "/inbox", { success: Schema.Array(InboxRows.InboxItem), error: guarded })
    .annotateMerge(reads("The cases that wait for a person, the longest waiting first")),
  Endpoint.get("pings", "/inbox/pings", { success: Schema.Array(InboxRows.PingRow), error: guarded })
    .annotateMerge(reads("Word to the webhook that has not arrived, or was given up")),
  Endpoint.get("case", "/inbox/:case", { params: waiting, success: InboxRows.InboxItem, error: reading })
    .annotateMerge(reads("A case, by its number or its session's id")),
  Endpoint.post("decide", "/inbox/:case/decision", {
    params: waiting,
    payload: Schema.Struct({
      choice: Words.decision,
      /** The alert was about nothing, in the words of the choice. */
      dismiss: Schema.optionalKey(Schema.Boolean),
      ...after
    }),
    success: Rows.Done,
    error: ruling
  }).annotateMerge(changes("Decide a case in the operator's name; after_ms makes it a default")),
  Endpoint.post("rule", "/rulings", {
    payload: Schema.Struct({ sealed: text(16384), ...after }),
    success: Rows.Done,
    error: ruling
  }).annotateMerge(changes("Carry a ruling that a person sealed elsewhere"))
)

const securitySchemes = {
  token: {
    type: "http",
    scheme: "bearer",
    description: "What chorus.http.token beside the database holds. Over TCP what changes something " +
      "needs it, and beyond loopback everything; over a Unix socket nothing does."
  }
}

export const HttpApi = Api.make("chorus")
  .add(node)
  .add(people)
  .middleware(Middleware.ProblemDetails)
  .annotate(Api.PayloadParseOptions, { onExcessProperty: "error" })
  .annotateMerge(OpenApi.annotations({
    title: "CHORUS coordination",
    version,
    transform: ({ components, ...spec }) => ({ ...spec, components: { ...components, securitySchemes } })
  }))
