/**
 * Eight honest nodes in this process, on libp2p and SQLite, whose hosts can be looked into.
 */
import * as NodeDefaults from "@chorus/coordination-core/coordination/NodeSettings"
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import { PersonId } from "@chorus/coordination-core/identity/NodeId"
import * as TaskKey from "@chorus/coordination-core/identity/TaskKey"
import type * as Command from "@chorus/coordination-core/command/Command"
import * as MeshSettings from "@chorus/coordination-core/mesh/MeshSettings"
import { Peers } from "@chorus/coordination-core/ports/Peers"
import * as Libp2pHost from "@chorus/pubsub-libp2p/Libp2pHost"
import * as Libp2pPeers from "@chorus/pubsub-libp2p/Libp2pPeers"
import * as Libp2pPubSub from "@chorus/pubsub-libp2p/Libp2pPubSub"
import * as Upkeep from "@chorus/pubsub-libp2p/Upkeep"
import * as TemplateReasoner from "@chorus/reasoning/TemplateReasoner"
import * as ChorusNode from "@chorus/runtime/ChorusNode"
import { peerIdFromString } from "@libp2p/peer-id"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import { join } from "node:path"
import * as Files from "../../src/cli/Files.ts"
import * as Layers from "../../src/Layers.ts"
import * as Mesh from "../../src/Mesh.ts"
import * as Operator from "../../src/Operator.ts"
import { until } from "../Nodes.ts"

export interface Honest {
  readonly node: ChorusNode.ChorusNode["Service"]
  readonly addresses: ReadonlyArray<string>
  /** Has this node stopped to listen to a peer? */
  readonly shuns: (peer: string) => boolean
}

/** Starts so many nodes that are all connected with each other. */
export const start = Effect.fnUntraced(function*(folder: string, count: number) {
  const founder = yield* Operator.ownId(Files.of(join(folder, "0", "chorus.db")).operatorKey)
  const mesh = MeshSettings.defaults(PersonId.make(founder))
  const all: Array<Honest> = []
  for (let number = 0; number < count; number++) {
    const files = Files.of(join(folder, `${number}`, "chorus.db"))
    const bootstrap = all.flatMap(({ addresses }) => addresses)
    const network = Layer.mergeAll(Libp2pPubSub.layer, Libp2pPeers.layer, Libp2pHost.signer).pipe(
      Layer.provideMerge(Libp2pHost.Libp2pHost.layer({ keyFile: files.nodeKey, bootstrap }))
    )
    const ports = Layer.mergeAll(Layers.storage(files.db), network, Layers.time, TemplateReasoner.layer)
    const settings = { ...NodeDefaults.defaults, settleMillis: 0 }
    const built = yield* Layer.build(Layer.provideMerge(
      ChorusNode.layer({ mesh, settings, drawNonce: Mesh.drawNonce }),
      ports
    ))
    const { allowance, libp2p } = Context.get(built, Libp2pHost.Libp2pHost)
    all.push({
      node: Context.get(built, ChorusNode.ChorusNode),
      addresses: yield* Context.get(built, Peers).addresses,
      shuns: (peer) => Upkeep.isShunned(libp2p, allowance, peerIdFromString(peer))
    })
  }
  for (const { node } of all) {
    yield* until("all are connected", node.state, ({ catchUp }) => HashMap.size(catchUp.peers) >= count - 1)
  }
  return all
})

/** Carries a command out that must succeed. */
export const ask = ({ node }: Honest, command: Command.Command) =>
  Effect.flatMap(node.ask(command), (result) =>
    Result.isSuccess(result)
      ? Effect.succeed(result.success)
      : Effect.fail(new Error(result.failure.message)))

export const claim = (agent: string, task: string, scope?: string): Command.Command => {
  const key = TaskKey.TaskKey.make(task)
  return {
    _tag: "Claim",
    agent: AgentName.make(agent),
    task: {
      repository: TaskKey.repository(key),
      task_id: TaskKey.id(key),
      title: task.replaceAll(/[^a-z0-9]/g, ""),
      ...(scope === undefined ? {} : { scopes: [scope] })
    },
    leaseMillis: 1_800_000
  }
}
