/**
 * Tells a URL that cases wait: a POST with the cases as JSON, signed.
 *
 *     chorus-signature: sha256=HMAC(secret, TIMESTAMP.BODY)      chorus-timestamp, chorus-ping
 *
 * The receiver checks the signature over timestamp and body, and refuses what is old; a ping that
 * comes again bears the same number. `text` says it in words, as chat webhooks expect them, with
 * what would be markup there taken out of what agents wrote.
 */
import * as Effect from "effect/Effect"
import { createHmac } from "node:crypto"
import type * as InboxRows from "../api/InboxRows.ts"
import type { Send } from "./Round.ts"

export interface Options {
  readonly url: string
  readonly secret: string
  readonly node: string
  readonly nowMillis: Effect.Effect<number>
}

/** Longer than any receiver takes that means to answer. */
const patienceMillis = 10_000

export const make = ({ node, nowMillis, secret, url }: Options): Send => (ping, cases, waiting) =>
  Effect.flatMap(nowMillis, (millis) =>
    Effect.tryPromise({
      try: async () => {
        const body = JSON.stringify({
          type: "inbox.waiting", ping, node, text: words(cases, waiting), cases, waiting
        })
        const timestamp = String(Math.floor(millis / 1000))
        const response = await fetch(url, {
          method: "POST",
          // A redirect would take the cases to where nobody meant them to go.
          redirect: "manual",
          signal: AbortSignal.timeout(patienceMillis),
          headers: {
            "content-type": "application/json",
            "chorus-ping": String(ping),
            "chorus-timestamp": timestamp,
            "chorus-signature": signature(secret, timestamp, body)
          },
          body
        })
        await response.body?.cancel()
        if (!response.ok) throw new Error(`the webhook answered ${response.status}`)
      },
      catch: because
    }))

/** `fetch` says why it failed in the cause of its error; what it was asked for, a secret, it may quote. */
const because = (error: unknown): string => {
  if (!(error instanceof Error)) return "the webhook cannot be reached"
  if (error.name === "TimeoutError") return `the webhook took longer than ${patienceMillis / 1000} seconds`
  const { code }: NodeJS.ErrnoException = error.cause instanceof Error ? error.cause : error
  return error instanceof TypeError
    ? `the webhook cannot be reached${code === undefined ? "" : ` (${code})`}`
    : error.message
}

/** What the header says of a body that was sent at a time (seconds since 1970). */
export const signature = (secret: string, timestamp: string, body: string): string =>
  `sha256=${createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex")}`

const words = (cases: ReadonlyArray<InboxRows.InboxItem>, waiting: number): string => {
  const [more, inAll] = waiting > cases.length ? [" more", `, ${waiting} in all`] : ["", ""]
  const wait = cases.length === 1 ? `1${more} case waits` : `${cases.length}${more} cases wait`
  return [
    `${wait} for a person${inAll}:`,
    ...cases.map(({ number, options, question }) =>
      plain(`${number}. ${question} (recommended: ${options[0]?.label ?? "none"})`))
  ].join("\n")
}

const plain = (text: string): string =>
  text.replaceAll(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu, " ")
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
