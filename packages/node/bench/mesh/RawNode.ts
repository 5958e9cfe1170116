/**
 * A process that does nothing but join: bare libp2p, the three topics, one dial.
 *
 *     node RawNode.ts ADDRESS
 */
import { topics } from "@chorus/coordination-core/fact/FactTable"
import { multiaddr } from "@multiformats/multiaddr"
import * as RawMesh from "./RawMesh.ts"

const [, , address = ""] = process.argv
const node = await RawMesh.start({})
for (const topic of topics) node.services.pubsub.subscribe(topic)
await node.dial(multiaddr(address))
