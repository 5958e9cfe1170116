/**
 * H8: a claim ends when anybody says so.
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import type * as Original from "@chorus/coordination-core/task/Registry"

export * from "@chorus/coordination-core/task/Registry"

export const endOf: typeof Original.endOf = (registry, claim) =>
  Option.getOrUndefined(HashMap.get(registry.ends, claim.id))?.[0]
