/**
 * The settings of a node that cleans up all the time, so that every death finds bookmarks and what
 * memory forgot; `Preload.ts` puts them in the place of the product's.
 */
import * as NodeSettings from "@chorus/coordination-core/coordination/NodeSettings"

export * from "@chorus/coordination-core/coordination/NodeSettings"

export const defaults: NodeSettings.NodeSettings = { ...NodeSettings.defaults, cleanupMillis: 250 }
