/**
 * Our detector as a node uses it: the open tasks of all repositories in one index.
 */
import * as Detector from "@chorus/coordination-core/detection/Detector"
import * as Feedback from "@chorus/coordination-core/detection/Feedback"
import * as Index from "@chorus/coordination-core/detection/Index"
import type { Parameters } from "@chorus/coordination-core/detection/Parameters"
import * as RateController from "@chorus/coordination-core/detection/RateController"
import { AgentKey } from "@chorus/coordination-core/identity/AgentId"
import { FactId } from "@chorus/coordination-core/identity/FactId"
import * as Hash from "@chorus/coordination-core/identity/Hash"
import { alertsMax, type Ranked, type Ranker, type Row } from "../Ranker.ts"
import type { Recorded } from "../../replay/Recording.ts"

/** The rows of our detector: with feedback, without, and over titles alone. */
export const rows = (parameters: Parameters): ReadonlyArray<Row> => {
  const row = {
    confident: true,
    feedback: true,
    make: (tasks: ReadonlyArray<Recorded>) => ranker(tasks, parameters)
  }
  return [
    { ...row, id: "ours", title: "ours" },
    { ...row, id: "ours-no-feedback", title: "ours, no feedback", feedback: false },
    { ...row, id: "ours-titles", title: "ours, titles only", titlesOnly: true }
  ]
}

export const ranker = (tasks: ReadonlyArray<Recorded>, parameters: Parameters): Ranker => {
  let [index, feedback] = [Index.empty, Feedback.empty]
  let controller = RateController.make(parameters.threshold, parameters.rate)
  const places = new Map<FactId, number>()
  let latest: Index.Entry | undefined
  const detect = (entry: Index.Entry, limit: number, threshold: number): ReadonlyArray<Ranked> =>
    Detector.detect(index, entry, {
      ...Detector.defaults,
      feedback,
      parameters: { ...parameters, threshold },
      nowMillis: entry.atMillis,
      limit
    }).map(({ confidence, task2 }) => ({ at: places.get(task2.claim) ?? -1, score: confidence }))
  return {
    arrive: (at) => {
      const task = tasks[at]
      if (task === undefined) return () => []
      const entry = entryOf(task)
      places.set(entry.claim, at)
      index = Index.insert(index, entry)
      latest = entry
      return (limit) => detect(entry, limit, 0)
    },
    forget: (at) => {
      const task = tasks[at]
      if (task === undefined) return
      const { claim } = entryOf(task)
      index = Index.remove(index, claim)
      places.delete(claim)
    },
    confirm: (from, to, nowMillis) => {
      const [one, other] = [tasks[from], tasks[to]]
      if (one === undefined || other === undefined) return
      const pair = { from: one.repository, to: other.repository }
      feedback = Feedback.confirmed(feedback, pair, nowMillis)
    },
    /** As a node does: it explains what it alerts, not what it holds too unsure. */
    alarm: () => {
      if (latest === undefined) return []
      const alerts = detect(latest, alertsMax, RateController.thresholdOf(controller))
      controller = RateController.arrived(controller, alerts.length)
      return alerts
    }
  }
}

/** One agent for all: who works on a task is no evidence. */
const agent = AgentKey.make(`anyone@${"1".repeat(52)}`)

const entryOf = ({ atMillis, description, id, repository, title }: Recorded): Index.Entry => ({
  claim: FactId.make(Hash.ofText(id)),
  agent,
  task: { task_id: id, repository, title, description },
  atMillis
})
