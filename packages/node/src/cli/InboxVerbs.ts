/**
 * Verbs for people: what waits for them, and what they decide.
 */
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { Client } from "../api/Client.ts"
import * as Words from "../api/Words.ts"
import * as Choice from "../inbox/Choice.ts"
import * as Connection from "./Connection.ts"
import * as Failure from "./Failure.ts"
import * as Files from "./Files.ts"
import * as Format from "./Format.ts"
import * as Hint from "./Hint.ts"
import * as InboxFormat from "./InboxFormat.ts"
import * as Print from "./Print.ts"

const waiting = Argument.String("case").pipe(
  Argument.withDescription("The number of a case in the inbox, a session's id, or its beginning")
)

const show = Command.make("show", { case: waiting }, Effect.fnUntraced(function*(given) {
  const node = yield* Connection.client(yield* Connection.config())
  const item = yield* itemOf(node, given.case)
  if (item === undefined) {
    return yield* Failure.make("failure", `${given.case} waits for nobody; \`chorus inbox\` lists what does`)
  }
  const hint = yield* Hint.hint
  yield* Print.data("inbox show", item, (one) => InboxFormat.one(one, hint))
}, Effect.scoped)).pipe(
  Command.withDescription("Show a case: the question, the options, and what waiting costs"),
  Command.withExamples([{ command: "chorus inbox show 1", description: "The first case" }])
)

const pings = Command.make("pings", {}, Effect.fnUntraced(function*() {
  const node = yield* Connection.client(yield* Connection.config())
  yield* Print.data("inbox pings", yield* node.pings(), InboxFormat.pings)
}, Effect.scoped)).pipe(
  Command.withDescription("List what the webhook did not take: to be sent again, or given up"),
  Command.withExamples([{ command: "chorus inbox pings", description: "Did word of my cases arrive?" }])
)

export const inbox = Command.make("inbox", {}, Effect.fnUntraced(function*() {
  const node = yield* Connection.client(yield* Connection.config())
  const [hint, items] = [yield* Hint.hint, yield* node.inbox()]
  yield* Print.data("inbox", items, (all) => InboxFormat.list(all, hint))
  if (items.length > 0) yield* Failure.quietly(Failure.exitCodes.attention)
}, Effect.scoped)).pipe(
  Command.withExamples([{ command: "chorus inbox", description: "What needs a ruling" }]),
  Command.withSubcommands([show, pings])
)

export const decide = Command.make("decide", {
  case: waiting,
  choice: Argument.String("choice").pipe(
    Argument.withDescription("An option of the case, like a, or what is decided, in words")
  ),
  dismiss: Flag.Boolean("dismiss").pipe(
    Flag.withDescription("The alert was about nothing; it counts against its rule"),
    Flag.withDefault(false)
  ),
  defaultIn: Flag.String("default-in").pipe(
    Flag.withDescription("Not now, but if nobody decides for so long: 30m, 4h, 2d"),
    Flag.optional
  )
}, Effect.fnUntraced(function*(given) {
  const settings = yield* Connection.config()
  const words = yield* Connection.decoded(Words.decision, given.choice, "the decision")
  const afterMillis = Option.isNone(given.defaultIn) ? undefined : millisOf(given.defaultIn.value)
  if (Option.isSome(given.defaultIn) && afterMillis === undefined) {
    const wrong = `--default-in cannot be ${Print.cut(given.defaultIn.value, 20)}; write 30m, 4h or 2d`
    return yield* Failure.make("usage", wrong)
  }
  const number = Choice.numberOf(words)
  if (number !== undefined && /^\S{1,3}$/.test(given.case) && Choice.numberOf(given.case) === undefined) {
    const first = `the case comes first: chorus decide ${number} ${given.case}`
    return yield* Failure.make("usage", first)
  }
  const node = yield* Connection.client(settings)
  const item = yield* itemOf(node, given.case)
  const chosen = Choice.of(item, words, given.dismiss)
  if (Result.isFailure(chosen)) return yield* Failure.make("usage", chosen.failure)
  const Operator = yield* Effect.promise(() => import("../Operator.ts"))
  const { operatorKey } = Files.of(settings.values.db)
  const ruled = yield* Operator.decide(operatorKey, node, item?.session ?? given.case, {
    ...chosen.success,
    ...(afterMillis === undefined ? {} : { afterMillis })
  })
  yield* Print.data("decide", ruled, Format.brief)
}, Effect.scoped)).pipe(
  Command.withExamples([{
    command: "chorus decide 1 a",
    description: "Choose option a of case 1"
  }, {
    command: "chorus decide dep_1a2b3c4d \"the API keeps the old field until Friday\"",
    description: "Close a case in words of your own"
  }, {
    command: "chorus decide 1 a --default-in 4h",
    description: "Let option a hold if nobody decides within four hours"
  }, {
    command: "chorus decide dep_1a2b3c4d --dismiss \"two different users tables\"",
    description: "Close it as a false alarm"
  }])
)

/** The case that is meant, if it waits. A number that no case has is a mistake, never a session. */
const itemOf = Effect.fnUntraced(function*(node: Client, typed: string) {
  const items = yield* node.inbox()
  const asked = Choice.numberOf(typed)
  if (asked !== undefined) {
    const numbered = items.find(({ number }) => number === asked)
    const none = `no case ${asked} waits; \`chorus inbox\` lists what does`
    return numbered ?? (yield* Failure.make("failure", none))
  }
  const { session } = yield* node.show({ session: typed })
  return items.find((item) => item.session === session)
})

const unitMillis: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

const millisOf = (text: string): number | undefined => {
  const [, count = "", unit = ""] = /^(\d{1,4})([mhd])$/.exec(text) ?? []
  const millis = unitMillis[unit]
  return millis === undefined ? undefined : Number(count) * millis
}
