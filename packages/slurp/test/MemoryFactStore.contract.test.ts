/**
 * The fact store in memory keeps the contract.
 */
import { FactStore } from "@chorus/coordination-core/ports/FactStore"
import * as FactStoreContract from "@chorus/port-contracts/FactStoreContract"
import * as MemoryFactStore from "@chorus/slurp/MemoryFactStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

FactStoreContract.suite(
  "memory",
  Effect.sync(() => Layer.effect(FactStore, MemoryFactStore.make(MemoryFactStore.emptyDisk())))
)
