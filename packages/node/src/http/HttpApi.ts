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

const all = { all: Schema.optionalKey(Schema.Literals(["true", "false"])) }
/** A session's id, or its beginning; of a case its number as well. */
const session = { session: text(80) }
const waiting = { case: text(80) }
const reading = [NotFound, Later] as const
const ruling = [NotFound, Declined, Later, Unauthorized, Forbidden] as const

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
  Endpoint.get("status", "/status", { success: Rows.StatusReport }),
  Endpoint.get("tasks", "/tasks", { query: all, success: Schema.Array(Rows.TaskRow), error: reading }),
  Endpoint.get("alerts", "/alerts", { success: AlertRows.HeldBack }),
  Endpoint.get("sessions", "/sessions", {
    query: all,
    success: Schema.Array(Rows.SessionRow),
    error: reading
  }),
  Endpoint.get("session", "/sessions/:session", {
    params: session,
    success: Rows.SessionDetail,
    error: reading
  }),
  Endpoint.get("plans", "/sessions/:session/plans", {
    params: session,
    success: Schema.Array(Rows.PlanRow),
    error: reading
  }),
  Endpoint.get("votes", "/sessions/:session/votes", {
    params: session,
    success: Schema.Array(Schema.Struct({ plan: Schema.String, ...Rows.VoteRow.fields })),
    error: reading
  }),
  Endpoint.get("people", "/people", { success: Schema.Array(Rows.PersonRow) }),
  Endpoint.get("peers", "/peers", { success: Schema.Array(Schema.Struct({ peer: Schema.String })) }),
  Endpoint.get("outcomes", "/outcomes", {
    query: { limit: Schema.optionalKey(Limit) },
    success: Schema.Array(SlurpEvent),
    error: reading
  }),
  Endpoint.get("events", "/events", {
    success: HttpApiSchema.StreamSse({ data: Rows.Notice }),
    error: Later
  })
)

const people = Group.make("inbox").add(
  Endpoint.get("inbox", "/inbox", { success: Schema.Array(InboxRows.InboxItem) }),
  Endpoint.get("pings", "/inbox/pings", { success: Schema.Array(InboxRows.PingRow) }),
  Endpoint.get("case", "/inbox/:case", { params: waiting, success: InboxRows.InboxItem, error: reading }),
  Endpoint.post("decide", "/inbox/:case/decision", {
    params: waiting,
    payload: Schema.Struct({ choice: Words.decision, ...after }),
    success: Rows.Done,
    error: ruling
  }),
  Endpoint.post("rule", "/rulings", {
    payload: Schema.Struct({ sealed: text(16384), ...after }),
    success: Rows.Done,
    error: ruling
  })
)

export const HttpApi = Api.make("chorus")
  .add(node)
  .add(people)
  .middleware(Middleware.ProblemDetails)
  .annotate(Api.PayloadParseOptions, { onExcessProperty: "error" })
  .annotateMerge(OpenApi.annotations({ title: "CHORUS coordination", version }))
