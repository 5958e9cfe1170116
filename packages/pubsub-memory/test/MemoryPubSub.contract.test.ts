/**
 * The memory mesh keeps the promises of PubSub.
 */
import * as PubSubContract from "@chorus/port-contracts/PubSubContract"
import { topology } from "./MemoryTopology.ts"

PubSubContract.suite("memory", topology)
