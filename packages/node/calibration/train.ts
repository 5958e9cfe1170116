/**
 * Trains the detector's model on a folder of recorded dependencies and writes its parameter file.
 *
 *     node packages/node/calibration/train.ts FOLDER packages/coordination-core/src/detection/model.json
 *     node packages/node/calibration/train.ts FOLDER FILE 2017-05-01
 *
 *     replay, in time order ──▶ rows ──earlier part──▶ trees ──later part──▶ figures, calibration
 *                                   ──all──▶ trees ──▶ file
 *
 * What is written down as measured comes from trees that never saw the later part. With a date, what
 * arrived on it or later is not looked at, so `chorus bench detect --from` measures a model on a part
 * which neither its trees nor its calibration has seen.
 */
import * as Boosting from "@chorus/coordination-core/detection/Boosting"
import * as Calibration from "@chorus/coordination-core/detection/Calibration"
import * as Detector from "@chorus/coordination-core/detection/Detector"
import * as Feature from "@chorus/coordination-core/detection/Feature"
import * as Feedback from "@chorus/coordination-core/detection/Feedback"
import type * as Growth from "@chorus/coordination-core/detection/Growth"
import * as Index from "@chorus/coordination-core/detection/Index"
import * as Model from "@chorus/coordination-core/detection/Model"
import * as Ranking from "@chorus/coordination-core/detection/Ranking"
import * as Trees from "@chorus/coordination-core/detection/Trees"
import { AgentKey } from "@chorus/coordination-core/identity/AgentId"
import { FactId } from "@chorus/coordination-core/identity/FactId"
import { createHash } from "node:crypto"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"

interface Task {
  readonly id: string
  readonly repository: string
  readonly title: string
  readonly description: string
  readonly atMillis: number
}

const dayMillis = 86_400_000
const windowMillis = 30 * dayMillis

/** Of the tasks without a link this share is replayed, and each counts the more. */
const drawnShare = 0.3
const seeds = [1]

/** Tasks are learnt from with their titles alone too, for many people write nothing else. */
const titlesWeight = 0.5

const [folder = ".", target = "model.json", until] = process.argv.slice(2)
const untilMillis = until === undefined ? Infinity : Date.parse(until)
const bytes = (name: string) => gunzipSync(readFileSync(join(folder, name)))
const lines = (name: string) => bytes(name).toString().trim().split("\n").map((line) => JSON.parse(line))
const tasks: ReadonlyArray<Task> = lines("tasks.jsonl.gz")
  .map(({ time, ...task }) => ({ ...task, atMillis: Date.parse(time) }))
  .filter(({ atMillis }) => atMillis < untilMillis)
  .sort((a, b) => a.atMillis - b.atMillis || (a.id < b.id ? -1 : 1))
const places = new Map(tasks.map(({ id }, at) => [id, at]))
const links: ReadonlyArray<{ readonly from: number; readonly to: number }> = lines("links.jsonl.gz")
  .flatMap(({ from, to }) => {
    const [one, other] = [places.get(from), places.get(to)]
    return one === undefined || other === undefined ? [] : [{ from: one, to: other }]
  })
const firstMillis = (tasks[0]?.atMillis ?? 0) + windowMillis

/** Where the later part begins, on which the figures are measured. */
const middle = tasks[Math.floor(tasks.length * 0.76)]?.atMillis ?? 0

/** The earlier partners of each task, within the window. */
const partners = new Map<number, Set<number>>()
for (const { from, to } of links) {
  const [early, late] = [Math.min(from, to), Math.max(from, to)]
  const age = (tasks[late]?.atMillis ?? 0) - (tasks[early]?.atMillis ?? 0)
  if (age <= windowMillis) partners.set(late, (partners.get(late) ?? new Set()).add(early))
}

/** The candidates of one task. */
interface Question {
  readonly task: number
  readonly weight: number
  readonly isTitlesOnly: boolean
  readonly candidates: ReadonlyArray<number>
  readonly rows: Float32Array
}

const agent = AgentKey.make(`anyone@${"1".repeat(52)}`)
const claimOf = (at: number) => FactId.make(String(at).padStart(64, "0"))
const entryOf = (task: Task, at: number, isTitlesOnly: boolean): Index.Entry => ({
  claim: claimOf(at),
  agent,
  task: {
    task_id: task.id,
    repository: task.repository,
    title: task.title,
    description: isTitlesOnly ? "" : task.description
  },
  atMillis: task.atMillis
})

/** Whether a task without a link is replayed: the same ones each time. */
const isDrawn = (at: number): boolean => (Math.imul(at ^ 0x5bd1e995, 0x9e3779b1) >>> 0) / 2 ** 32 < drawnShare

/** Some tasks are asked about a second time, as by a node that has no feedback. */
const replay = (isTitlesOnly: boolean): ReadonlyArray<Question> => {
  const confirmations = links.toSorted((a, b) => Math.max(a.from, a.to) - Math.max(b.from, b.to))
  const questions: Array<Question> = []
  let [index, feedback, oldest, due] = [Index.empty, Feedback.empty, 0, 0]
  for (const [at, task] of tasks.entries()) {
    const now = task.atMillis
    while (now - (tasks[oldest]?.atMillis ?? 0) > windowMillis) index = Index.remove(index, claimOf(oldest++))
    for (let link = confirmations[due]; link !== undefined; link = confirmations[++due]) {
      if ((tasks[Math.max(link.from, link.to)]?.atMillis ?? 0) + dayMillis > now) break
      const [from = "", to = ""] = [link.from, link.to].map((end) => tasks[end]?.repository)
      feedback = Feedback.confirmed(feedback, { from, to }, now)
    }
    index = Index.insert(index, entryOf(task, at, isTitlesOnly))
    const isAsked = partners.has(at) || (isDrawn(at) && (!isTitlesOnly || at % 2 === 0))
    if (now < firstMillis || !isAsked) continue
    const query = Index.get(index, claimOf(at))
    if (query === undefined) continue
    const drawn = (isTitlesOnly ? 2 : 1) / drawnShare
    const isForgetful = now < middle && at % 4 === 0 && !isTitlesOnly
    for (const known of isForgetful ? [feedback, Feedback.empty] : [feedback]) {
      const options = { ...Detector.defaults, feedback: known, nowMillis: now }
      const { found, rows } = Ranking.measured(index, query, [], options)
      questions.push({
        task: at,
        weight: (isTitlesOnly ? titlesWeight : 1) * (partners.has(at) ? 1 : drawn),
        isTitlesOnly,
        candidates: found.map(({ claim }) => Number(claim)),
        rows
      })
    }
  }
  return questions
}

/** The rows to learn from: of tasks without a link the likest, and some of the others. */
const examplesOf = (questions: ReadonlyArray<Question>): Growth.Examples => {
  const picked: Array<readonly [question: Question, nth: number, weight: number]> = []
  for (const question of questions) {
    for (let nth = 0; nth < question.candidates.length; nth++) {
      const rank = question.rows[nth * Feature.count + Feature.at.rank] ?? 0
      if (partners.has(question.task) || rank < 6) picked.push([question, nth, question.weight])
      else if ((question.task + nth) % 7 === 0) picked.push([question, nth, question.weight * 7])
    }
  }
  const rows = new Float32Array(picked.length * Feature.count)
  for (const [at, [question, nth]] of picked.entries()) {
    rows.set(question.rows.subarray(nth * Feature.count, (nth + 1) * Feature.count), at * Feature.count)
  }
  return {
    width: Feature.count,
    rows,
    labels: Uint8Array.from(picked, ([{ candidates, task }, nth]) =>
      partners.get(task)?.has(candidates[nth] ?? -1) === true ? 1 : 0),
    weights: Float32Array.from(picked, ([, , weight]) => weight)
  }
}

const trained = (questions: ReadonlyArray<Question>) => {
  const examples = examplesOf(questions)
  const all = seeds.map((seed) => Boosting.train(examples, { ...Boosting.defaults, seed }))
  return { trees: Boosting.averaged(all), examples: examples.labels.length }
}

const answersOf = (questions: ReadonlyArray<Question>, forest: Trees.Forest) =>
  questions.map(({ candidates, rows, task, weight }): Calibration.Answer => ({
    weight,
    scores: Model.scores(forest, rows),
    labels: candidates.map((candidate) => partners.get(task)?.has(candidate) === true),
    links: partners.get(task)?.size ?? 0
  }))

const questions = [...replay(false), ...replay(true)]
const isEarly = ({ task }: Question) => (tasks[task]?.atMillis ?? 0) < middle
const early = trained(questions.filter(isEarly))
const later = questions.filter((question) => !isEarly(question) && !question.isTitlesOnly)
const answers = answersOf(later, Trees.planted(early.trees))
const { calibration, measured } = Calibration.fitted(answers)
const { examples, trees } = trained(questions)
const file: Model.File = {
  provenance: {
    script: "node packages/node/calibration/train.ts",
    data: createHash("sha256").update(bytes("tasks.jsonl.gz")).update(bytes("links.jsonl.gz")).digest("hex"),
    from: new Date(tasks[0]?.atMillis ?? 0).toISOString(),
    to: new Date(tasks.at(-1)?.atMillis ?? 0).toISOString(),
    measuredFrom: new Date(middle).toISOString(),
    tasks: tasks.length,
    links: links.length,
    examples,
    measured
  },
  features: Feature.names,
  calibration,
  trees
}
writeFileSync(target, `${JSON.stringify(file)}\n`)
process.stdout.write(`${JSON.stringify(file.provenance, null, 2)}\n`)
