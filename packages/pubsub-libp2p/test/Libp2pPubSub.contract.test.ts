/**
 * libp2p keeps the promises of PubSub.
 */
import * as PubSubContract from "@chorus/port-contracts/PubSubContract"
import { topology } from "./Libp2pTopology.ts"

PubSubContract.suite("libp2p", topology)
