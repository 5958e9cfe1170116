/**
 * libp2p keeps the promises of Peers.
 */
import * as PeersContract from "@chorus/port-contracts/PeersContract"
import { topology } from "./Libp2pTopology.ts"

PeersContract.suite("libp2p", topology)
