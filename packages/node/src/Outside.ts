/**
 * What a node offers and tells outside its socket, by its settings: the HTTP API and the webhook.
 */
import type { Quiet } from "@chorus/coordination-core/inbox/Pings"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Config } from "./cli/Config.ts"
import * as Failure from "./cli/Failure.ts"
import { type Files, plainly } from "./cli/Files.ts"
import * as Keeper from "./inbox/Keeper.ts"
import * as Webhook from "./inbox/Webhook.ts"
import * as Token from "./mcp/Token.ts"

/** The keeper of the inbox, which tells the webhook where there is one. */
export const keeper = Effect.fnUntraced(function*({ values }: Config, files: Files, node: string) {
  const { quietHours, webhook } = values
  const secret = webhook === undefined ? undefined : yield* secretOf(files.webhookSecret)
  return Keeper.layer({
    quiet: quietHours === undefined ? undefined : quietOf(quietHours),
    send: webhook === undefined || secret === undefined
      ? undefined
      : Webhook.make({ url: webhook, secret, node, nowMillis: Clock.currentTimeMillis }),
    minuteOfDay: (wallMillis) => {
      const now = new Date(wallMillis)
      return now.getHours() * 60 + now.getMinutes()
    }
  })
})

/** Serves HTTP where the settings say so, until the scope closes; gives where. Loaded late. */
export const http = Effect.fnUntraced(function*({ values }: Config, files: Files) {
  if (values.http === undefined) return undefined
  const HttpServer = yield* Effect.promise(() => import("./http/HttpServer.ts"))
  const served = HttpServer.layer({
    address: values.http,
    token: yield* secretOf(files.httpToken),
    operatorKey: files.operatorKey,
    decides: values.httpDecides
  })
  const context = yield* Effect.mapError(Layer.build(served), ({ cause }) =>
    Failure.make("failure", `the HTTP API cannot listen on ${values.http}: ${plainly(cause)}`))
  return yield* Effect.provideContext(HttpServer.address, context)
})

const secretOf = (file: string) =>
  Effect.try({
    try: () => Token.ofFile(file),
    catch: (cause) => Failure.make("failure", cause instanceof Error ? cause.message : String(cause))
  })

const quietOf = (text: string): Quiet => {
  const [from = 0, to = 0] = text.split("-").map((time) => {
    const [hours = 0, minutes = 0] = time.split(":").map(Number)
    return hours * 60 + minutes
  })
  return { from, to }
}
