/**
 * libp2p keeps the promises of Peers, also where nodes are reached through a relay alone.
 */
import * as PeersContract from "@chorus/port-contracts/PeersContract"
import { relayedTopology, topology } from "./Libp2pTopology.ts"

PeersContract.suite("libp2p", topology)
PeersContract.suite("libp2p through a relay", relayedTopology)
