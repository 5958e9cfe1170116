/**
 * The contract of reasoners, kept by a script that keeps to it.
 */
import * as ReasonerContract from "@chorus/port-contracts/ReasonerContract"
import * as ScriptedReasoner from "@chorus/reasoning/ScriptedReasoner"
import * as Effect from "effect/Effect"
import { one } from "./Answers.ts"

ReasonerContract.suite("a script", {
  layer: ScriptedReasoner.layer((request) => Effect.succeed(one(request))),
  silent: ScriptedReasoner.layer(() => Effect.never),
  timeout: "60 seconds"
})
