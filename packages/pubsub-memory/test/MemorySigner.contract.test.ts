/**
 * The keyed hash keeps the promises of Signer.
 */
import * as SignerContract from "@chorus/port-contracts/SignerContract"
import * as Effect from "effect/Effect"
import * as MemorySigner from "@chorus/pubsub-memory/MemorySigner"

SignerContract.suite(
  "memory",
  Effect.succeed([
    MemorySigner.make(MemorySigner.idOf("one")),
    MemorySigner.make(MemorySigner.idOf("two"))
  ])
)
