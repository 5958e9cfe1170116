/**
 * Steps through what a node lived: each stored fact goes through the node's own machine at the
 * moment at which it was first seen, and what it meant is told in words.
 */
import * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import * as NodeDefaults from "@chorus/coordination-core/coordination/NodeSettings"
import { isoOf } from "@chorus/coordination-core/fact/Writer"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Status from "@chorus/coordination-core/session/Status"
import * as Libp2pSigner from "@chorus/pubsub-libp2p/Libp2pSigner"
import * as Entry from "@chorus/runtime/Entry"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Lived } from "../api/Reports.ts"
import * as Print from "../cli/Print.ts"
import { notices } from "../view/Narration.ts"
import * as IncidentFile from "./IncidentFile.ts"

/** Steps through a file; tells each step in words, and gives what came of it. */
export const stepThrough = Effect.fnUntraced(function*(path: string) {
  const { facts, mesh, node } = yield* IncidentFile.read(path)
  let state = Coordination.initial(node, mesh, NodeDefaults.defaults)
  let refused = 0
  for (const { sealed, seenAtMillis } of facts) {
    const moment = isoOf(seenAtMillis)
    const fact = yield* Effect.result(Entry.fact(Libp2pSigner.open, sealed))
    if (Result.isFailure(fact)) {
      refused += 1
      yield* Print.say(`${moment}  refused: ${fact.failure.detail}`)
      continue
    }
    const at = { monotonicMillis: seenAtMillis, wallMillis: seenAtMillis }
    // The drafts of this step are left alone: what the node stated then stands in the file.
    const after = Coordination.decide(state, { _tag: "Received", facts: [fact.success] }, at).state
    const told = notices({ before: state, after, facts: [fact.success] })
    const words = told.length > 0 ? told.map(({ text }) => text) : [fact.success.data.message_type]
    for (const text of words) yield* Print.say(`${moment}  ${Print.oneLine(text)}`)
    state = after
  }
  const world = Replica.world(state.replica)
  const sessions = Replica.openedSessions(state.replica)
    .map((session) => ({ session: session.id, status: Status.statusOf(session, world) }))
    .toSorted((a, b) => a.session < b.session ? -1 : 1)
  return { node, facts: facts.length, refused, sessions } satisfies Lived
})
