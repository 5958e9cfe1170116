/**
 * What a crash may not do: lose what was acknowledged, fork a log, lose or double an event.
 *
 * Pure: from what the victim left, what it keeps after a restart, and what its peer holds, to a
 * sentence for each promise that was broken.
 */
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import type { Kept } from "./Kept.ts"

export interface Left {
  readonly node: string
  readonly acknowledged: ReadonlyArray<string>
  /** What was on the disk when the process was dead. */
  readonly dead: Kept
  /** What the node keeps after its restart. */
  readonly kept: Kept
  /** What a peer keeps. */
  readonly others: Kept | undefined
  /** The events that the kept facts make hold. */
  readonly mustHold: ReadonlyArray<string>
  /** The events in the sink's file, where it has one. */
  readonly lines: ReadonlyArray<string> | undefined
  /** The events of the outbox when the file had been read: the node goes on meanwhile. */
  readonly stored: ReadonlyArray<string>
}

/** The broken promises; none when all held. */
export const of = (left: Left): ReadonlyArray<string> => [
  ...lost(left),
  ...sentBeforeKept(left),
  ...unsent(left),
  ...forked("the node", left.kept.facts, left.node),
  ...forked("its peer", left.others?.facts ?? [], left.node),
  ...unchained(left.kept.facts.filter(({ from }) => from === left.node)),
  ...events(left)
]

/** A victim ends by SIGKILL, and not by an error of its own. */
export const died = (code: number | NodeJS.Signals | null, stderr: string): ReadonlyArray<string> =>
  code === "SIGKILL" ? [] : [`it ended by ${code} instead of being killed: ${stderr.trim()}`]

const lost = ({ acknowledged, dead, kept }: Left): ReadonlyArray<string> => {
  const texts = [...kept.payloads.values()].join("\n")
  return [
    ...acknowledged.filter((mark) => !texts.includes(mark)).map((mark) =>
      `${mark} was acknowledged and is lost`),
    ...dead.facts.filter(({ id }) => !kept.payloads.has(id)).map((fact) =>
      `${placeOf(fact)} was on the disk and is lost`)
  ]
}

/** Facts of the logs that the dead process knew may not exist elsewhere alone. */
const sentBeforeKept = ({ dead, kept, node, others }: Left): ReadonlyArray<string> => {
  const logs = new Set(dead.facts.map(({ log }) => log))
  const isOld = (fact: Fact) => fact.from === node && logs.has(fact.log)
  return [...kept.facts, ...others?.facts ?? []]
    .filter((fact) => isOld(fact) && !dead.payloads.has(fact.id))
    .map((fact) => `${placeOf(fact)} was sent before it was kept`)
}

/** What was kept and not sent has to reach the peer after the restart. */
const unsent = ({ kept, node, others }: Left): ReadonlyArray<string> =>
  others === undefined ? [] : kept.facts
    .filter(({ from, id }) => from === node && !others.payloads.has(id))
    .map((fact) => `${placeOf(fact)} never reached its peer`)

const forked = (who: string, facts: ReadonlyArray<Fact>, node: string): ReadonlyArray<string> => {
  const own = facts.filter(({ from }) => from === node)
  const places = Map.groupBy(own, placeOf)
  return [...places].filter(([, at]) => at.length > 1).map(([place]) =>
    `${who} holds two facts at ${place}`)
}

const unchained = (own: ReadonlyArray<Fact>): ReadonlyArray<string> =>
  [...Map.groupBy(own, ({ log }) => log)].flatMap(([log, facts]) => {
    const inOrder = facts.toSorted((a, b) => a.seq - b.seq)
    const broken = inOrder.find((fact, at) => fact.seq !== at + 1 || fact.prev !== inOrder[at - 1]?.id)
    return broken === undefined ? [] : [`the chain of ${log} breaks at ${broken.seq}`]
  })

const events = ({ kept, lines, mustHold, stored }: Left): ReadonlyArray<string> => {
  const taken = lines ?? kept.delivered
  const delivered = new Set(taken)
  const known = new Set(stored)
  return [
    ...[...mustHold, ...kept.events].filter((id) => !delivered.has(id)).map((id) => `event ${id} is lost`),
    ...taken.filter((id, at) => taken.indexOf(id) !== at).map((id) => `event ${id} is doubled`),
    ...taken.filter((id) => !known.has(id)).map((id) => `event ${id} was told before it was kept`)
  ]
}

const placeOf = ({ log, seq }: Fact): string => `${log}:${seq}`
