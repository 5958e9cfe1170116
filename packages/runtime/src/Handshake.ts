/**
 * Who of the peers belongs to this mesh: what settings tell, as they come with questions and answers.
 *
 *     peer connects ── question | answer with its settings ──▶ ours, or another founder's
 *
 * Nothing is taken from a peer before it is known as ours; nodes of another founder exchange
 * nothing at all. Where settings differ each difference is said, a few of each peer. (docs/rules.md, 7)
 */
import { type NodeId, short } from "@chorus/coordination-core/identity/NodeId"
import * as MeshSettings from "@chorus/coordination-core/mesh/MeshSettings"
import * as Effect from "effect/Effect"

export interface Handshake {
  /** Notes the settings of a peer; true when it belongs to this mesh. */
  readonly meet: (peer: NodeId, theirs: MeshSettings.MeshSettings) => Effect.Effect<boolean>
  /** Has the peer named this mesh as its own? */
  readonly isOurs: (peer: NodeId) => boolean
}

/** So many peers are remembered; of more a stranger is forgotten first, and whoever was met longest ago. */
export const peersMax = 1024

/** Of one peer so many differences are said. */
export const warningsMax = 4

interface Met {
  readonly theirs: MeshSettings.MeshSettings
  readonly isOurs: boolean
  /** What was said last of how its settings differ, and how often something was. */
  readonly said: string
  readonly warnings: number
}

export const make = (mesh: MeshSettings.MeshSettings): Handshake => {
  const met = new Map<NodeId, Met>()
  return {
    isOurs: (peer) => met.get(peer)?.isOurs === true,
    meet: (peer, theirs) =>
      Effect.suspend(() => {
        const known = met.get(peer)
        const isOurs = theirs.founder === mesh.founder
        const said = known?.theirs === theirs
          ? known.said
          : MeshSettings.differences(mesh, theirs).join("; ")
        const warnings = known?.warnings ?? 0
        const isNews = said !== "" && said !== known?.said && warnings < warningsMax
        met.delete(peer)
        met.set(peer, { theirs, isOurs, said, warnings: warnings + Number(isNews) })
        if (met.size > peersMax) dismiss(met)
        return Effect.as(isNews ? Effect.logWarning(words(peer, isOurs, said)) : Effect.void, isOurs)
      })
  }
}

const dismiss = (met: Map<NodeId, Met>): void => {
  const [first] = met.keys()
  const stranger = [...met].find(([, { isOurs }]) => !isOurs)?.[0] ?? first
  if (stranger !== undefined) met.delete(stranger)
}

const words = (peer: NodeId, isOurs: boolean, differences: string): string =>
  isOurs
    ? `${short(peer)} has other mesh settings: ${differences}`
    : `${short(peer)} is of another mesh: ${differences}; nothing is exchanged with it`
