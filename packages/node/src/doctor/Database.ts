/**
 * What is in a node's database, judged: which facts prove themselves, and what is missing.
 */
import * as Chain from "@chorus/coordination-core/fact/Chain"
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import type { StoredFact } from "@chorus/coordination-core/ports/FactStore"
import type { SignerShape } from "@chorus/coordination-core/ports/Signer"
import * as Entry from "@chorus/runtime/Entry"
import * as OwnLogs from "@chorus/runtime/OwnLogs"
import type { Salvaged } from "@chorus/slurp/SqliteSalvage"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

export interface Judged {
  /** The facts that prove themselves, as they are to be kept and as they read. */
  readonly proven: ReadonlyArray<{ readonly stored: StoredFact; readonly fact: Fact }>
  /** Rows that cannot be read, or that are no fact. */
  readonly useless: number
  /** Places of the node's own logs that the store had and has no more. */
  readonly gaps: ReadonlyArray<Chain.Gap>
  /** Facts of the node's own logs that do not follow the one before. */
  readonly unlinked: ReadonlyArray<Chain.Break>
  /** The logs of which nothing is missing, to be noted. */
  readonly whole: Chain.Whole
}

/**
 * Judges each row by itself. What is what was written is only read, unless `strictly`; of what was
 * changed the seal is checked, and since the seal does not cover when it was seen, that is now.
 */
export const judge = Effect.fnUntraced(function*(
  salvaged: Salvaged,
  signer: SignerShape,
  nowMillis: number,
  strictly: boolean
): Effect.fn.Return<Judged> {
  const proven: Array<Judged["proven"][number]> = []
  for (const { fact: stored, intact } of salvaged.facts) {
    const open = intact && !strictly ? signer.read : signer.open
    const fact = Option.getOrUndefined(yield* Effect.option(Entry.fact(open, stored.sealed)))
    const isIt = fact?.id === stored.id && fact.log === stored.log && fact.seq === stored.seq
    if (fact === undefined || !isIt) continue
    proven.push({ fact, stored: intact ? stored : { ...stored, seenAtMillis: nowMillis } })
  }
  const owner = salvaged.notes.get("node") ?? signer.self
  const links = proven.filter(({ fact }) => fact.from === owner).map(({ fact }) => Chain.linkOf(fact))
  const noted = OwnLogs.noted(salvaged.notes.get(OwnLogs.noteName))
  const breaks = Chain.breaks(links, noted)
  const broken = new Set(breaks.map(({ log }) => log))
  return {
    proven,
    useless: salvaged.unreadable + salvaged.facts.length - proven.length,
    gaps: Chain.gaps(links, noted),
    unlinked: breaks.filter(({ is }) => is === "unlinked"),
    whole: Chain.wholeOf(links.filter(({ log }) => !broken.has(log)), noted)
  }
})

/** What is wrong with the database, in words. */
export const troubles = (salvaged: Salvaged, judged: Judged): ReadonlyArray<string> => [
  ...(salvaged.finding === undefined ? [] : [`its pages are damaged (${salvaged.finding})`]),
  ...(judged.useless === 0 ? [] : [`${judged.useless} rows are not what was written`]),
  ...judged.gaps.map(wordsOfGap),
  ...judged.unlinked.map(OwnLogs.wordsOf)
]

export const wordsOfGap = ({ from, log, upTo }: Chain.Gap): string => {
  const places = from === upTo ? `place ${from} is` : `places ${from} to ${upTo} are`
  return `of this node's own log ${log} ${places} missing`
}
