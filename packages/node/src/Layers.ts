/**
 * The composition root: with `Storage.ts` it names all adapters.
 */
import * as SystemTicker from "@chorus/clock/SystemTicker"
import * as Libp2pHost from "@chorus/pubsub-libp2p/Libp2pHost"
import * as Libp2pPeers from "@chorus/pubsub-libp2p/Libp2pPeers"
import * as Libp2pPubSub from "@chorus/pubsub-libp2p/Libp2pPubSub"
import * as Layer from "effect/Layer"

export { storage } from "./Storage.ts"

/** The mesh over libp2p. */
export const network = (config: Libp2pHost.Config) =>
  Layer.mergeAll(Libp2pPubSub.layer, Libp2pPeers.layer, Libp2pHost.signer).pipe(
    Layer.provide(Libp2pHost.Libp2pHost.layer(config))
  )

/** A tick a second: deadlines and leases are longer than that. */
export const time = SystemTicker.layer({ everyMillis: 1000 })
