/**
 * What a quorum of people asks of a mesh, in words.
 */
import type * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import * as People from "@chorus/coordination-core/ruling/People"

/** Why no ruling can empty this node's inbox; undefined while enough people may rule. */
export const missing = (
  { replica: { people }, settings: { quorum } }: Coordination.State
): string | undefined => {
  const count = people.known.filter(({ person }) => People.inGoodStanding(people, person)).length
  return count >= quorum
    ? undefined
    : `${quorum} people have to rule alike (quorum), and ${count} may rule: a case that needs a ruling ` +
      "stays in this inbox"
}

export const remedy = "chorus people add PERSON --name NAME, or start the node with a smaller quorum"
