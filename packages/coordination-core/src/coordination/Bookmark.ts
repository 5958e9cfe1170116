/**
 * What a cleanup leaves for the next start: which facts were folded by then, and what memory held.
 *
 *     cleanup ──of──▶ text ──store──▶ read ──▶ the facts about what it names, and those after it
 *
 * Forgetting leaves no trace, so a start need not fold what a cleanup had forgotten. A bookmark
 * counts only for a store that begins with the very facts it is of, which their number and the sum
 * of their ids tell: after a loss, a repair, an older backup or a retired log all is folded again. It
 * carries what the remembered facts alone would not give back: the heads, who forked, what came
 * ahead of its log, the lessons, the voices and what is still to be looked at again.
 * (docs/rules.md, 4: restart)
 */
import * as HashMap from "effect/HashMap"
import * as HashSet from "effect/HashSet"
import * as Option from "effect/Option"
import type * as Forks from "../ban/Forks.ts"
import type * as Difference from "../catchup/Difference.ts"
import type * as Held from "../catchup/Held.ts"
import * as Holdings from "../catchup/Holdings.ts"
import * as Sum from "../catchup/Sum.ts"
import type { Fact } from "../fact/Fact.ts"
import type { FactId, LogId } from "../identity/FactId.ts"
import * as Hash from "../identity/Hash.ts"
import type { NodeId } from "../identity/NodeId.ts"
import type { TaskKey } from "../identity/TaskKey.ts"
import type * as Lessons from "../lesson/Lessons.ts"
import type { Moment } from "../machine/Machine.ts"
import type * as Memory from "../memory/Memory.ts"
import type * as Retention from "../memory/Retention.ts"
import * as Subject from "../memory/Subject.ts"
import * as VersionMap from "../replica/VersionMap.ts"
import * as TaskContext from "../task/TaskContext.ts"
import * as Coordination from "./Coordination.ts"

type State = Coordination.State

/** Under which name the store notes it. */
export const noteName = "bookmark"

/** The version of what is written here and of what is forgotten: another one is not read. */
const version = 2

/** Longer than this it is not kept: the one before still counts, for what it is of. */
const charactersMax = 16 * 1024 * 1024

/** What was retired from the store while its heads are still in memory. */
export interface Gone {
  readonly facts: number
  readonly sum: Sum.Sum
  readonly logs: ReadonlySet<LogId>
}

export const nothingGone: Gone = { facts: 0, sum: Sum.zero, logs: new Set() }

/** With these facts of a log retired as well. */
export const without = (gone: Gone, log: LogId, facts: ReadonlyArray<Fact>): Gone => ({
  facts: gone.facts + facts.length,
  sum: facts.reduce((sum, { id }) => Sum.plus(sum, id), gone.sum),
  logs: new Set([...gone.logs, log])
})

export interface Bookmark {
  /** How many facts of the store it is of, from its first on, and the sum of their ids. */
  readonly facts: number
  readonly sum: string
  /** The subjects of which everything was in memory. */
  readonly subjects: ReadonlyArray<string>
  /** Of every log but those that are being retired. */
  readonly heads: Difference.Logs
  readonly forks: Forks.Forks
  readonly lessons: Lessons.Lessons
  readonly voices: Retention.Voices
  readonly revisits: ReadonlyArray<Memory.Revisit>
}

/** As text: a hash of the rest, under what it is valid, and the bookmark. Nothing where it is too long. */
export const of = (state: State, gone: Gone): string | undefined => {
  const { catchUp: { heads }, lessons, memory, replica } = state
  const logs = [...HashMap.values(heads)]
  const all = logs.reduce((sum, held) => Sum.together(sum, held.sum), Sum.zero)
  const body = JSON.stringify({
    under: under(state),
    facts: logs.reduce((count, { looseCount, seq }) => count + seq + looseCount, -gone.facts),
    sum: Sum.show(Sum.less(all, gone.sum)),
    subjects: subjectsOf(state),
    heads: entries(HashMap.filter(heads, (_, log) => !gone.logs.has(log)))
      .map(([log, held]) => [log, { ...held, loose: entries(held.loose), chapters: entries(held.chapters) }]),
    forks: entries(replica.forks.forks),
    ahead: aheadOf(replica.forks, heads),
    lessons: {
      rules: entries(lessons.rules),
      pairs: entries(lessons.pairs),
      sessions: entries(lessons.sessions)
    },
    voices: entries(memory.voices),
    revisits: memory.revisits
  } satisfies Written)
  return body.length > charactersMax ? undefined : `${Hash.ofText(body)} ${body}`
}

/** The bookmark that a text is, if it is whole and was written by a node like this one. */
export const read = (text: string | undefined, state: State): Bookmark | undefined => {
  if (text === undefined || text.slice(0, bodyAt - 1) !== Hash.ofText(text.slice(bodyAt))) return undefined
  // What has the right hash was written by `of`, if by the one of this version.
  const written = JSON.parse(text.slice(bodyAt)) as Written
  if (written.under !== under(state)) return undefined
  const { ahead, facts, forks, heads, lessons, revisits, subjects, sum, voices } = written
  return {
    facts,
    sum,
    subjects,
    heads: HashMap.fromIterable(heads.map(([log, held]) => [log, {
      ...held,
      // No text has a place for what is not there.
      last: held.last,
      loose: HashMap.map(HashMap.fromIterable(held.loose), (some) =>
        some.map(({ id, prev }) => ({ id, prev }))),
      chapters: HashMap.fromIterable(held.chapters)
    }])),
    forks: forksOf(HashMap.fromIterable(forks), ahead),
    lessons: {
      rules: HashMap.fromIterable(lessons.rules),
      pairs: HashMap.fromIterable(lessons.pairs),
      sessions: HashMap.map(HashMap.fromIterable(lessons.sessions), (learnt) =>
        ({ ...learnt, verdict: learnt.verdict }))
    },
    voices: HashMap.fromIterable(voices),
    revisits
  }
}

/** A stored fact, and when it was first seen. */
export interface Found {
  readonly fact: Fact
  readonly seenAtMillis: number
}

/** The subjects under which a store finds what a bookmark needs. */
export const wanted = ({ subjects }: Bookmark): ReadonlyArray<string> => [Subject.always, ...subjects]

/**
 * The state that it was: folded from the facts about what is wanted, in the order of their commits;
 * `others` are all facts of logs of which the bookmark has no head.
 */
export const resumed = (
  initial: State,
  bookmark: Bookmark,
  found: ReadonlyArray<Found>,
  others: ReadonlyArray<Fact>,
  at: Moment
): State => {
  const folded = (state: State, page: ReadonlyArray<Found>, among?: ReadonlySet<string>): State =>
    Coordination.decide(state, {
      _tag: "Restored",
      facts: page.map(({ fact }) => fact),
      ages: page.map(({ seenAtMillis }) => Math.max(0, at.wallMillis - seenAtMillis)),
      ...(among === undefined ? {} : { among })
    }, at).state
  // Who may rule and who is banned comes first: what the sessions mean depends on it.
  const parts = Map.groupBy(found, ({ fact }) => Subject.all(fact)[0] === Subject.always)
  const { forks } = bookmark
  let state = folded({ ...initial, replica: { ...initial.replica, forks } }, parts.get(true) ?? [])
  const [about, among] = [parts.get(false) ?? [], new Set(bookmark.subjects)]
  for (let from = 0; from < about.length; from += pageMax) {
    state = folded(state, about.slice(from, from + pageMax), among)
  }
  const { heads, lessons, revisits, voices } = bookmark
  const sum = HashMap.reduce(heads, Sum.zero, (all, { head }) => Sum.plus(all, head.id))
  return {
    ...state,
    lessons,
    catchUp: { ...state.catchUp, ...Holdings.grown({ heads, sum }, others) },
    memory: { ...state.memory, voices, revisits }
  }
}

/** Facts that are folded at once. */
const pageMax = 500

/** Where the body begins, behind a hash and a blank. */
const bodyAt = 65

/** With another of these a node may need what this one forgot. */
const under = ({ mesh, node, settings }: State): string => {
  const { quorum, sessionsPerClaim, sessionsPerClaimAndNode } = settings
  const decisive = [quorum, sessionsPerClaim, sessionsPerClaimAndNode]
  return Hash.ofText(JSON.stringify([version, Subject.version, node, mesh, decisive]))
}

type Entries<K, V> = ReadonlyArray<readonly [K, V]>

interface Written {
  readonly under: string
  readonly facts: number
  readonly sum: string
  readonly subjects: ReadonlyArray<string>
  readonly heads: Entries<LogId, Omit<Held.Held, "loose" | "chapters"> & {
    readonly loose: Entries<number, HashMap.HashMap.Value<Held.Held["loose"]>>
    readonly chapters: Entries<number, Sum.Sum>
  }>
  readonly forks: Entries<NodeId, Forks.Fork>
  readonly ahead: ReadonlyArray<Ahead>
  readonly lessons: { readonly [Name in keyof Lessons.Lessons]: EntriesOf<Lessons.Lessons[Name]> }
  readonly voices: EntriesOf<Retention.Voices>
  readonly revisits: ReadonlyArray<Memory.Revisit>
}

type EntriesOf<M> = M extends HashMap.HashMap<infer K, infer V> ? Entries<K, V> : never

const entries = <K, V>(map: HashMap.HashMap<K, V>): Entries<K, V> => [...HashMap.entries(map)]

const subjectsOf = ({ replica: { mutes, sessions, tasks } }: State): ReadonlyArray<string> => [
  ...new Set([
    ...[...sessions.keys()].map(Subject.session),
    ...[...tasks.claims.keys()].map(Subject.claim),
    ...[...tasks.descriptions.values()].flatMap(([first]) =>
      first === undefined ? [] : [Subject.described(first.origin.node, TaskContext.key(first.task))]),
    // Both keys of a pair are tasks; a task holds no blank.
    ...[...HashMap.keys(mutes.pairs)].flatMap((pair) => pair.split(" ") as Array<TaskKey>).map(Subject.muted)
  ])
]

/** What stands at places beyond the end of a trunk: a log, a place, the lowest id, those that are held. */
type Ahead = readonly [log: LogId, seq: number, lowest: FactId, held: ReadonlyArray<FactId>]

/** The places up to the end of a trunk are found in the store when they are needed. */
export const aheadOf = ({ places }: Forks.Forks, heads: Difference.Logs): ReadonlyArray<Ahead> =>
  entries(places).flatMap(([log, known]) => {
    const end = Option.match(HashMap.get(heads, log), { onNone: () => 0, onSome: ({ seq }) => seq })
    return [...known].flatMap(([seq, place]): ReadonlyArray<Ahead> => {
      if (seq <= end) return []
      const { held, lowest } = typeof place === "string" ? { held: [place], lowest: place } : place
      return [[log, seq, lowest, [...held]]]
    })
  })

const forksOf = (forks: Forks.Forks["forks"], ahead: ReadonlyArray<Ahead>): Forks.Forks => ({
  forks,
  authors: HashSet.fromIterable(HashMap.keys(forks)),
  places: HashMap.fromIterable([...Map.groupBy(ahead, ([log]) => log)].map(([log, some]) => [
    log,
    VersionMap.from(some.map(([, seq, lowest, held]): readonly [number, Forks.Place] => [
      seq,
      held.length === 1 && held[0] === lowest ? lowest : { lowest, held: HashSet.fromIterable(held) }
    ]))
  ]))
})
