/**
 * Serves the interface on a Unix socket that only its owner may open (0600).
 */
import * as NodeSocketServer from "@effect/platform-node/NodeSocketServer"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as RpcSerialization from "effect/rpc/RpcSerialization"
import * as RpcServer from "effect/rpc/RpcServer"
import { chmodSync, lstatSync, rmSync } from "node:fs"
import { Api } from "./Api.ts"
import { Calls } from "./Calls.ts"

/** Serves until the scope closes. The database's lock tells that a socket found here is stale. */
export const layer = (path: string) => {
  const listening = Layer.tap(NodeSocketServer.layer({ path }), () =>
    Effect.sync(() => chmodSync(path, 0o600)))
  return RpcServer.layer(Api).pipe(
    Layer.provide(Api.toLayer(Effect.map(Calls, Api.of))),
    Layer.provide(RpcServer.layerProtocolSocketServer),
    Layer.provide(Layer.unwrap(Effect.sync(() => {
      // A file that is no socket is somebody's; listening then fails and says that it is in the way.
      if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() === true) rmSync(path)
      return listening
    }))),
    Layer.provide(RpcSerialization.layerNdjson)
  )
}
