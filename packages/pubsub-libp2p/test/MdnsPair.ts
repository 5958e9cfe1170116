/**
 * Two nodes that know nothing of each other but the network they share: prints that they met, and
 * that they met again after they lost each other.
 */
import { until } from "@chorus/port-contracts/Check"
import * as Effect from "effect/Effect"
import { join } from "node:path"
import { folder, isConnected, node } from "./Libp2pTopology.ts"

const meet = Effect.gen(function*() {
  const path = yield* folder
  const a = yield* node({ keyFile: join(path, "a"), mdns: true })
  const b = yield* node({ keyFile: join(path, "b"), mdns: true })
  const together = until("they meet", () => isConnected(a, b) && isConnected(b, a))
  yield* together
  let isParted = false
  b.host.libp2p.addEventListener("peer:disconnect", () => { isParted = true })
  yield* Effect.promise(() => a.host.libp2p.hangUp(b.host.libp2p.peerId))
  yield* until("they part", () => isParted)
  yield* together
})

await Effect.runPromise(Effect.scoped(meet))
console.log("met twice")
