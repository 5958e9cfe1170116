/**
 * The store in memory equals its model, and a disk outlives the store on it.
 */
import { FactStore } from "@chorus/coordination-core/ports/FactStore"
import * as MemoryFactStore from "@chorus/slurp/MemoryFactStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as FactStoreModel from "./FactStoreModel.ts"

FactStoreModel.suite(
  "memory",
  Effect.sync(() => Layer.effect(FactStore, MemoryFactStore.make(MemoryFactStore.emptyDisk())))
)
