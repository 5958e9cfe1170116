/**
 * What every interface of the node calls: one object of functions, for the socket and for HTTP.
 */
import { Peers } from "@chorus/coordination-core/ports/Peers"
import { Signer } from "@chorus/coordination-core/ports/Signer"
import { SlurpSink } from "@chorus/coordination-core/ports/SlurpSink"
import { Ticker } from "@chorus/coordination-core/ports/Ticker"
import { ChorusNode } from "@chorus/runtime/ChorusNode"
import * as Services from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Keeper } from "../inbox/Keeper.ts"
import type { About } from "./Asking.ts"
import * as Handlers from "./Handlers.ts"

export class Calls extends Services.Service<Calls, Handlers.Calls>()("@chorus/node/api/Calls") {}

export const layer = (about: About) =>
  Layer.effect(Calls, Effect.gen(function*() {
    return Handlers.calls({
      about,
      inbox: yield* Keeper,
      node: yield* ChorusNode,
      peers: yield* Peers,
      signer: yield* Signer,
      sink: yield* SlurpSink,
      ticker: yield* Ticker
    })
  }))
