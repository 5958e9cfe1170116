/**
 * Calls a running node over its socket, and says plainly when none runs.
 */
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as RpcClient from "effect/rpc/RpcClient"
import * as RpcSerialization from "effect/rpc/RpcSerialization"
import { connect } from "node:net"
import { noNode } from "../cli/CommandLine.ts"
import * as Failure from "../cli/Failure.ts"
import { Api } from "./Api.ts"

/** The calls of `Api`, as a client makes them. */
export type Client = Effect.Success<ReturnType<typeof make>>

/** Opens a connection to the node whose socket this is; `start` is what would start one. */
export const make = Effect.fnUntraced(function*(path: string, start = "chorus up") {
  yield* answers(path, start)
  // Built into the caller's scope: the connection has to outlive this function.
  const protocol = yield* Layer.build(RpcClient.layerProtocolSocket().pipe(
    Layer.provide(NodeSocket.layerNet({ path })),
    Layer.provide(RpcSerialization.layerNdjson)
  ))
  return yield* Effect.provide(RpcClient.make(Api), protocol)
})

/** Fails at once when nobody listens; a client alone would go on trying. */
const answers = (path: string, start: string) =>
  Effect.callback<void, Failure.Failure>((resume) => {
    const socket = connect(path)
    socket.once("connect", () => {
      socket.destroy()
      resume(Effect.void)
    })
    socket.once("error", () => {
      resume(Effect.fail(Failure.make(
        "unavailable",
        noNode(path, start)
      )))
    })
  })
