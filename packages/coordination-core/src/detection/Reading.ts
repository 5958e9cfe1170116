/**
 * A task's terms as numbers: what the index keeps, and what likeness is computed from.
 *
 *     term ──▶ hash of its key (32 bits) and a mark (8 bits):  times ┊ body ┊ title ┊ kind
 *
 * Two terms of one hash count as one: that happens once in many millions and shifts a likeness by a
 * hair. `nsx_v3`, `NsxV3` and `nsxv3` give one hash, for people write one name in all these ways.
 */
import { stem, stopWords } from "./Stem.ts"
import * as Terms from "./Terms.ts"

/** Terms with a weight, in the order of their hashes. */
export interface Reading {
  readonly hashes: Int32Array
  readonly marks: Uint8Array
}

const kinds: ReadonlyArray<Terms.Kind> =
  ["word", "commonplace", "action", "pair", "identifier", "constant", "scope", "file"]
const codes = new Map<Terms.Kind, number>([
  ...kinds.map((kind, code) => [kind, code] as const),
  ["path", kinds.indexOf("constant")]
])
const [word, identifier] = [kinds.indexOf("word"), kinds.indexOf("identifier")]

const inTitle = 8
const inBody = 16
const timesShift = 5

/** How often a term stands in a task, in eight steps; a place in the title counts one and a half. */
const times = [1, 1.5, 2, 2.5, 3, 4, 6, 8]

export const ofTerms = (terms: Terms.Terms): Reading => {
  const marked = new Map<number, number>()
  const note = (key: string, code: number, term: Terms.Term) => {
    const hash = hashOf(key)
    if (!marked.has(hash) && marked.size < Terms.termsMax) marked.set(hash, markOf(code, term))
  }
  for (const [key, term] of terms) note(key, codes.get(term.kind) ?? word, term)
  for (const [key, term] of terms) {
    if (term.kind === "constant") {
      for (const part of key.split("_")) {
        if (part.length > 1 && !stopWords.has(part)) note(stem(part), word, term)
      }
    } else if (term.kind === "identifier" && joint.test(term.text)) {
      for (const segment of term.text.split(joint)) {
        const parts = Terms.partsOf(segment)
        if (parts.length > 1) note(parts.join("_"), identifier, term)
      }
    }
  }
  const hashes = Int32Array.from(marked.keys()).sort()
  return { hashes, marks: Uint8Array.from(hashes, (hash) => marked.get(hash) ?? 0) }
}

const joint = /[.:/]+/

const markOf = (code: number, { prominent, times: often, inBody: below }: Terms.Term): number => {
  let step = 0
  while (step < times.length - 1 && (times[step + 1] ?? 0) <= often) step++
  return code | (prominent ? inTitle : 0) | (below ? inBody : 0) | (step << timesShift)
}

/** FNV-1a over the characters of a key, without what joins the parts of a name. */
export const hashOf = (key: string): number => {
  let hash = 0x811c9dc5
  for (let at = 0; at < key.length; at++) {
    const code = key.charCodeAt(at)
    if (code !== underscore) hash = Math.imul(hash ^ code, 0x01000193)
  }
  return hash | 0
}

const underscore = 95

const all = Array.from({ length: 256 }, (_, mark) => mark)
const kindOf = (mark: number): Terms.Kind => kinds[mark & 7] ?? "word"

/** What a term of a kind weighs: what measured well on recorded dependencies. */
const kindWeight = [1, 1, 1, 0.6, 0.5, 1.5, 2, 0.5]

/** Of this many imagined entries so many hold a term of a kind, so that two tasks do as well as many. */
export const imagined = 20
const imaginedWith = [0, 6, 20, 0, 0, 0, 0, 0]

/** By the mark of a term: what its kind weighs, ... */
export const kindWeights = Float32Array.from(all, (mark) => kindWeight[mark & 7] ?? 0)

/** ... what it weighs itself, ... */
export const weights = Float32Array.from(all, (mark) =>
  (kindWeight[mark & 7] ?? 0) * (1 + Math.log(times[mark >> timesShift] ?? 1)))

/** ... how many of the imagined entries hold it, ... */
export const imaginedHolders = Float32Array.from(all, (mark) => imaginedWith[mark & 7] ?? 0)

/** ... which class it is of: words, names and pairs of words are compared apart too, ... */
export const classes = Uint8Array.from(all, (mark) => {
  const kind = kindOf(mark)
  return kind === "word" || kind === "commonplace" || kind === "action" ? 0 : kind === "pair" ? 2 : 1
})

/** ... whether it is a scope that two tasks share and only use (`Terms.isOnlyUsed`), ... */
export const onlyUsed = (mark: number, other: number): boolean =>
  declared(mark) && !described(mark) && !described(other)

/** ... whether it is declared, and where it stands. */
export const declared = (mark: number): boolean => kindOf(mark) === "scope"
export const titled = (mark: number): boolean => (mark & inTitle) !== 0
export const described = (mark: number): boolean => (mark & inBody) !== 0
