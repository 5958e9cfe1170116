/**
 * The memory mesh keeps the promises of Peers.
 */
import * as PeersContract from "@chorus/port-contracts/PeersContract"
import { topology } from "./MemoryTopology.ts"

PeersContract.suite("memory", topology)
