/**
 * The cheap seal of the simulation keeps the promises of a signer.
 */
import * as SignerContract from "@chorus/port-contracts/SignerContract"
import * as MemorySigner from "@chorus/pubsub-memory/MemorySigner"
import * as Effect from "effect/Effect"
import * as Seals from "../src/Seals.ts"

SignerContract.suite(
  "simulated seals",
  Effect.succeed([
    Seals.make(MemorySigner.idOf("one")),
    Seals.make(MemorySigner.idOf("two"))
  ])
)
