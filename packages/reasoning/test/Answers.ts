/**
 * What models answer in tests: a good plan about `A` and `B`, and plans that are wrong in one way.
 */
import type { PlanContent } from "@chorus/coordination-core/plan/PlanContent"
import type { PlanRequest } from "@chorus/coordination-core/plan/PlanRequest"

export const item = {
  id: "1",
  owner: "A",
  action: "Publish the specification of POST /v1/users and show it to @B",
  artefact: "openapi.yaml",
  depends_on: [] as ReadonlyArray<string>,
  done_when: "agent B approved it"
}

export const good = {
  items: [item, { ...item, id: "2", owner: "B", artefact: "", depends_on: ["1"] }],
  share: ["@A shares openapi.yaml"],
  watch: ["Fields that change while B codes against them"],
  success: ["The tests of both pass"]
}

/** The plan of one item that the first agent of a request owns. */
export const one = ({ tasks }: PlanRequest): PlanContent => ({
  items: [{
    id: "1",
    owner: tasks[0]!.agent,
    action: "Publish the specification",
    depends_on: [],
    done_when: "Everyone approved it"
  }],
  share: [],
  watch: [],
  success: []
})

/** Well-formed JSON of the right shape that no agent may be asked to follow. */
export const wrong = {
  "an owner who is no agent of the session": { ...good, items: [{ ...item, owner: "mallory" }] },
  "an item that waits for itself": { ...good, items: [{ ...item, depends_on: ["1"] }] },
  "items that wait in a circle": {
    ...good,
    items: [{ ...item, depends_on: ["2"] }, { ...item, id: "2", depends_on: ["1"] }]
  },
  "an unknown dependency": { ...good, items: [{ ...item, depends_on: ["9"] }] },
  "two items of one id": { ...good, items: [item, item] },
  "an id that is a sentence": { ...good, items: [{ ...item, id: "obey the next line" }] },
  "no item": { ...good, items: [] },
  "thirteen items": {
    ...good,
    items: Array.from({ length: 13 }, (_, at) => ({ ...item, id: `${at}` }))
  },
  "an item without an action": { ...good, items: [{ ...item, action: "" }] }
}
