/**
 * The plan that needs no model: who moves first, what is written down, how it is proven.
 *
 *     leader writes it down ──▶ followers check it ──▶ leader lands it ──┐
 *                                              └──▶ followers build ─────┴──▶ proven together
 *
 * Where the leader uses what a follower is to remove, the follower waits until the leader has left.
 * Deterministic, and specific to the tasks, their scopes and their relationship. From round 2 on
 * the first step is the objector's and quotes the objection. A plan is valid and within all limits
 * for every request that has a task; where names are long or agents many, it says less.
 * (docs/rules.md, 7 and 9)
 */
import { cut, line, listed } from "../detection/Sentence.ts"
import * as Hash from "../identity/Hash.ts"
import { bytesMax, type PlanContent, type PlanItem } from "./PlanContent.ts"
import type { PlanRequest } from "./PlanRequest.ts"
import * as TaskContext from "../task/TaskContext.ts"
import { type Detail, type Part, partsOf, type Scene, sceneOf } from "./TemplateScene.ts"

/** Plans a session. */
export const make = (request: PlanRequest): PlanContent => {
  if (request.objection?.dismisses === true) return dismissal(request)
  const parts = partsOf(request)
  const planned = (detail: Detail): PlanContent => {
    const scene = sceneOf(request, parts, detail)
    return bounded(isContested(request) ? settled(scene) : coordinated(scene), scene)
  }
  const fits = (plan: PlanContent): boolean =>
    plan.items.length <= stepsMax && Hash.byteLength(JSON.stringify(plan)) <= bytesMax
  return details
    .filter(({ partsMax }) => partsMax >= Math.min(parts.length, partsMost))
    .map(planned)
    .find(fits) ?? planned(leastDetail)
}

/** Is it about one task that several hold, and not about several tasks? */
const isContested = ({ kind, tasks }: PlanRequest): boolean =>
  kind === "conflict" && new Set(tasks.map(({ task }) => TaskContext.key(task))).size === 1

const stepsMax = 12
/** So many agents have at most `stepsMax` steps, the objector's included. */
const partsMost = 9
const details: ReadonlyArray<Detail> = [
  { title: 60, key: 60, subject: 80, quote: 140, checks: true, partsMax: 5 },
  { title: 24, key: 40, subject: 60, quote: 140, checks: true, partsMax: 5 },
  { title: 24, key: 40, subject: 60, quote: 140, checks: false, partsMax: partsMost },
  { title: 0, key: 24, subject: 40, quote: 80, checks: false, partsMax: partsMost }
]
const leastDetail: Detail =
  { title: 0, key: 16, subject: 24, quote: 40, checks: false, partsMax: 3 }

/** The plan of members who are told that the alert was about nothing: everybody goes on alone. */
const dismissal = ({ objection, tasks }: PlanRequest): PlanContent => ({
  items: [...new Set(tasks.map(({ agent }) => agent))].slice(0, stepsMax).map((agent, at) => ({
    id: String(at + 1),
    owner: agent,
    action: "Go on as before; nothing has to be coordinated.",
    depends_on: [],
    done_when: "At once."
  })),
  share: [],
  watch: objection === undefined ? [] : [`Why: ${cut(line(objection.reason), 140)}`],
  success: ["The members agree that the alert was about nothing; it counts against its rule."],
  nothing_to_do: true
})

/** A plan for tasks that build on each other. */
const coordinated = (scene: Scene): PlanContent => {
  const { detail, name, parts, play, subject, what, who } = scene
  const [leader, ...followers] = parts
  const { add, items } = steps()
  const objected = heard(scene, add)
  if (leader === undefined) return { items, share: [], watch: [], success: [] }
  const isAnswer = objected.length > 0 && scene.objection?.agent !== leader.agent
  const written = add(leader, objected, {
    action: `${isAnswer ? "Take that in or say why not. " : ""}Write down ${play.facts} for ` +
      `${subject}, and post it here before you change code for ${what(leader)}.`,
    artefact: `${play.artefact} for ${subject}`,
    done_when: "Every agent of this session has it."
  })
  const checked = followers.map((follower) =>
    detail.checks
      ? add(follower, [written], {
        action: `Read the ${play.artefact} as the one who builds ${what(follower)}. Answer yes, ` +
          `or what is missing.`,
        done_when: `${who(leader)} has a yes, or a list of what is missing.`
      })
      : written
  )
  const landed = add(leader, detail.checks && checked.length > 0 ? checked : [written], {
    action: `Finish ${name(leader)} as agreed: ${play.leading}.`,
    done_when: promised(leader) ?? play.led
  })
  const built = followers.map((follower, at) =>
    add(follower, play.isAfter ? [landed] : [checked[at] ?? written], {
      action: `Build ${name(follower)} ${play.following}.`,
      done_when: promised(follower) ?? play.followed
    })
  )
  add(followers.at(-1) ?? leader, [landed, ...built], {
    action: `Prove it together: ${play.proof}.`,
    done_when: "Every agent of this session has seen it pass."
  })
  return {
    items,
    share: [
      `${who(leader)} shares the ${play.artefact}, the branch of ${name(leader)}, and when it is ` +
      `merged.`,
      ...followers.slice(0, 6).map((follower) =>
        `${who(follower)} shares how ${name(follower)} uses ${subject}, and the tests that show it.`
      )
    ],
    watch: [
      ...(scene.isOrdered || followers.length === 0 ? [] : [
        `Nothing says that ${who(leader)} has to go first: if it should be another, object and ` +
        `say so.`
      ]),
      ...play.watch
    ],
    success: [
      `The ${play.artefact} is written down and every agent agreed to it.`,
      ...play.success,
      `${listed(parts.map(name))} are merged and their tests pass together.`
    ]
  }
}

/** What the agent of one task promised of it. */
const promised = ({ tasks }: Part): string | undefined => {
  const [task, ...others] = tasks
  return others.length > 0 || task?.done_when === "" ? undefined : task?.done_when
}

/** A plan for several agents at one task: one keeps it, the work of the others is not lost. */
const settled = (scene: Scene): PlanContent => {
  const { name, objection, what, who } = scene
  const { add, items } = steps()
  const objected = heard(scene, add)
  const keeper = scene.parts.find(({ agent }) => agent === objection?.agent) ?? scene.parts[0]
  if (keeper === undefined) return { items, share: [], watch: [], success: [] }
  const others = scene.parts.filter((part) => part !== keeper)
  const shown = scene.parts.map((part) =>
    add(part, objected, {
      action: `Push what you have of ${what(part)}. Post its branch, the files it touches and ` +
        `what is left to do.`,
      artefact: "branch and list of files",
      done_when: "The others can read it."
    })
  )
  const handed = others.map((part) =>
    add(part, shown, {
      action: `Name what of your branch ${who(keeper)} should keep, then release your claim on ` +
        `${name(part)}.`,
      done_when: `Your claim is released and ${who(keeper)} has your branch.`
    })
  )
  add(keeper, others.length > 0 ? handed : shown, {
    action: `Finish ${name(keeper)} with what was handed over.`,
    done_when: "It is merged."
  })
  return {
    items,
    share: scene.parts.map((part) => `${who(part)} shares its branch before writing more.`),
    watch: [
      "Two agents push to one branch before the claim is settled.",
      `Whoever has clearly more done should keep the task: if that is not ${who(keeper)}, object ` +
      `and say so.`
    ],
    success: [
      `Only ${who(keeper)} holds the task.`,
      "Nothing that was finished was thrown away unread."
    ]
  }
}

type Text = Pick<PlanItem, "action" | "artefact" | "done_when">
type Add = (part: Part, after: ReadonlyArray<string>, text: Text) => string

/** Collects steps; each gets the next number as its id. */
const steps = (): { readonly items: ReadonlyArray<PlanItem>; readonly add: Add } => {
  const items: Array<PlanItem> = []
  const add: Add = ({ agent }, after, { action, artefact, done_when }) => {
    const id = String(items.length + 1)
    items.push({
      id,
      owner: agent,
      action: cut(action, 280),
      ...(artefact === undefined ? {} : { artefact: cut(artefact, 160) }),
      depends_on: [...new Set(after)],
      done_when: cut(done_when, 280)
    })
    return id
  }
  return { items, add }
}

/** The objector's step, where a member objected: it comes before everything else. */
const heard = ({ detail, objection, parts }: Scene, add: Add): ReadonlyArray<string> => {
  const objector = parts.find(({ agent }) => agent === objection?.agent)
  if (objector === undefined || objection === undefined) return []
  return [add(objector, [], {
    action: `You objected: "${cut(line(objection.reason), detail.quote)}". Post the change you ` +
      `need, worded so that it can be taken over.`,
    done_when: "Every agent of this session has it."
  })]
}

const bounded = (plan: PlanContent, { left, warnings }: Scene): PlanContent => {
  const sentences = (texts: ReadonlyArray<string>): ReadonlyArray<string> =>
    texts.slice(0, 8).map((text) => cut(text, 280))
  const others = left > 0 ? [`The other agents (${left}) follow in the same way.`] : []
  return {
    items: plan.items,
    share: sentences([...others, ...plan.share]),
    watch: sentences([...warnings, ...plan.watch]),
    success: sentences(plan.success)
  }
}
