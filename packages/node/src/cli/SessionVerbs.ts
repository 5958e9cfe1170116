/**
 * Verbs about sessions: sessions, show, open, say, answer, escalate.
 */
import { intents, stances } from "@chorus/coordination-core/fact/SessionFacts"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import * as Words from "../api/Words.ts"
import * as Connection from "./Connection.ts"
import * as Failure from "./Failure.ts"
import * as Format from "./Format.ts"
import * as Hint from "./Hint.ts"
import * as Print from "./Print.ts"
import { agent } from "./TaskVerbs.ts"

const session = Argument.String("session").pipe(
  Argument.withDescription("A session's id, or the beginning of it")
)

export const sessions = Command.make("sessions", {
  all: Flag.Boolean("all").pipe(
    Flag.withDescription("Also those that are over; of those that memory forgot, the newest 200"),
    Flag.withDefault(false)
  ),
  heldBack: Flag.Boolean("held-back").pipe(
    Flag.withDescription("Only those that this node leaves alone: a claim, or another node, has too many"),
    Flag.withDefault(false)
  )
}, Effect.fnUntraced(function*({ all, heldBack }) {
  const node = yield* Connection.client(yield* Connection.config())
  yield* Print.data("sessions", yield* node.sessions({ all, held_back: heldBack }), Format.sessions)
}, Effect.scoped)).pipe(
  Command.withExamples([{ command: "chorus sessions", description: "What is open" }])
)

export const show = Command.make("show", { session }, Effect.fnUntraced(function*(given) {
  const node = yield* Connection.client(yield* Connection.config())
  const [hint, now] = [yield* Hint.hint, yield* Clock.currentTimeMillis]
  yield* Print.data("show", yield* node.show(given), (detail) => Format.session(detail, now, hint))
}, Effect.scoped)).pipe(
  Command.withExamples([{ command: "chorus show dep_1a2b3c4d", description: "One session at length" }])
)

export const open = Command.make("open", {
  kind: Argument.Literals("kind", ["planning", "conflict"]).pipe(
    Argument.withDescription("planning: several; conflict: one that two hold, or two of one repository " +
        "(choices: planning, conflict)")
  ),
  tasks: Argument.String("task").pipe(
    Argument.withDescription("The tasks, as repository#id"),
    Argument.atLeast(1)
  ),
  agent,
  because: Flag.String("because").pipe(
    Flag.withDescription("What it is about"),
    Flag.withDefault("opened by an agent")
  )
}, Effect.fnUntraced(function*(given) {
  const settings = yield* Connection.config()
  const speaker = yield* Connection.speaker(given.agent, settings)
  const tasks = yield* Effect.forEach(given.tasks, (typed) => Connection.task(typed, settings))
  const reason = yield* Connection.decoded(Words.about, given.because, "--because")
  const node = yield* Connection.client(settings)
  const hint = yield* Hint.hint
  const opened = yield* node.open({ agent: speaker, kind: given.kind, tasks, reason })
  yield* Print.data("open", opened, (what) => Format.done(what, speaker, hint))
}, Effect.scoped)).pipe(
  Command.withExamples([{
    command: "chorus open planning backend#42 web#7 --agent api --because \"one release\"",
    description: "Plan two tasks together"
  }])
)

export const say = Command.make("say", {
  session,
  text: Argument.String("text").pipe(Argument.withDescription("What to say")),
  agent,
  intent: Flag.Literals("intent", intents).pipe(
    Flag.withDescription("What kind of message it is; it never counts as a vote"),
    Flag.optional
  )
}, Effect.fnUntraced(function*(given) {
  const settings = yield* Connection.config()
  const speaker = yield* Connection.speaker(given.agent, settings)
  const text = yield* Connection.decoded(Words.message, given.text, "the text")
  const node = yield* Connection.client(settings)
  const intent = Option.getOrUndefined(given.intent)
  const said = yield* node.say({
    agent: speaker,
    session: given.session,
    text,
    ...(intent === undefined ? {} : { intent })
  })
  yield* Print.data("say", said, Format.brief)
}, Effect.scoped)).pipe(
  Command.withExamples([{
    command: "chorus say dep_1a2b3c4d \"Does v2 keep the old field?\" --agent web --intent question",
    description: "Ask the other side"
  }])
)

export const answer = Command.make("answer", {
  session,
  stance: Argument.Literals("stance", stances).pipe(
    Argument.withDescription(`The agent's final vote (choices: ${stances.join(", ")})`)
  ),
  agent,
  because: Flag.String("because").pipe(
    Flag.withDescription("The reason, at most 280 characters; an objection needs one"),
    Flag.withDefault("")
  ),
  plan: Flag.String("plan").pipe(
    Flag.withDescription("The beginning of the plan's hash; the plan to vote on when left out"),
    Flag.optional
  ),
  dismiss: Flag.Boolean("dismiss").pipe(
    Flag.withDescription("With object: the alert is about nothing, and the next plan says so"),
    Flag.withDefault(false)
  )
}, Effect.fnUntraced(function*(given) {
  if (given.stance === "object" && given.because.trim() === "") {
    return yield* Failure.make("usage", "an objection needs a reason: --because \"what has to change\"")
  }
  if (given.dismiss && given.stance !== "object") {
    return yield* Failure.make("usage", "--dismiss goes with object; agree to the plan that answers it")
  }
  const settings = yield* Connection.config()
  const speaker = yield* Connection.speaker(given.agent, settings)
  const reason = yield* Connection.decoded(Words.reason, given.because, "--because")
  const node = yield* Connection.client(settings)
  const plan = Option.getOrUndefined(given.plan)
  const answered = yield* node.answer({
    agent: speaker,
    session: given.session,
    stance: given.stance,
    reason,
    ...(plan === undefined ? {} : { plan }),
    ...(given.dismiss ? { dismisses: true } : {})
  })
  yield* Print.data("answer", answered, Format.answered)
}, Effect.scoped)).pipe(
  Command.withExamples([
    { command: "chorus answer dep_1a2b3c4d agree --agent web", description: "Agree to the plan shown" },
    {
      command: "chorus answer dep_1a2b3c4d object --agent web --because \"keep the old field until Friday\"",
      description: "Ask for another plan"
    },
    {
      command: "chorus answer dep_1a2b3c4d object --agent web --dismiss --because \"another users table\"",
      description: "Say that there is nothing to do"
    }
  ])
)

export const escalate = Command.make("escalate", {
  session,
  agent,
  because: Flag.String("because").pipe(Flag.withDescription("Why a person has to look (required)"))
}, Effect.fnUntraced(function*(given) {
  const settings = yield* Connection.config()
  const speaker = yield* Connection.speaker(given.agent, settings)
  const reason = yield* Connection.decoded(Words.escalation, given.because, "--because")
  const node = yield* Connection.client(settings)
  const escalated = yield* node.escalate({ agent: speaker, session: given.session, reason })
  yield* Print.data("escalate", escalated, Format.brief)
}, Effect.scoped)).pipe(
  Command.withExamples([{
    command: "chorus escalate dep_1a2b3c4d --agent web --because \"we cannot agree on the token format\"",
    description: "Ask for a ruling"
  }])
)
