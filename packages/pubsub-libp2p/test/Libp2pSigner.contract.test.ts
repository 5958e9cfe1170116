/**
 * The signed envelope keeps the promises of Signer.
 */
import * as SignerContract from "@chorus/port-contracts/SignerContract"
import * as KeyFile from "@chorus/pubsub-libp2p/KeyFile"
import * as Libp2pSigner from "@chorus/pubsub-libp2p/Libp2pSigner"
import * as Effect from "effect/Effect"
import { join } from "node:path"
import { folder } from "./Libp2pTopology.ts"

SignerContract.suite(
  "libp2p",
  Effect.gen(function*() {
    const path = yield* folder
    const one = yield* KeyFile.make(join(path, "one"))
    const two = yield* KeyFile.make(join(path, "two"))
    return [Libp2pSigner.make(one), Libp2pSigner.make(two)]
  })
)
