/**
 * libp2p keeps the promises of PubSub, also where nodes are reached through a relay alone.
 */
import * as PubSubContract from "@chorus/port-contracts/PubSubContract"
import { relayedTopology, topology } from "./Libp2pTopology.ts"

PubSubContract.suite("libp2p", topology)
PubSubContract.suite("libp2p through a relay", relayedTopology)
