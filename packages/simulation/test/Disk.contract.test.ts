/**
 * A disk without faults keeps the promises of a fact store.
 */
import { FactStore } from "@chorus/coordination-core/ports/FactStore"
import * as FactStoreContract from "@chorus/port-contracts/FactStoreContract"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Chances from "../src/Chance.ts"
import * as Disks from "../src/Disk.ts"

FactStoreContract.suite(
  "simulated disk",
  Effect.sync(() => Layer.effect(FactStore, Disks.store(Disks.make(), Chances.make(1), () => undefined)))
)
