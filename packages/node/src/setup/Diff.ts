/**
 * Two texts as a unified diff, the way people read changes.
 */

/** A comparison of more lines than this tells the whole middle as changed. */
const productMax = 4_000_000

const context = 3

/** The lines that differ, with three around each change; empty where nothing does. */
export const unified = (file: string, before: string | undefined, after: string | undefined): string => {
  const [old, now] = [linesOf(before ?? ""), linesOf(after ?? "")]
  const steps = compared(old, now)
  const head = [
    `--- ${before === undefined ? "/dev/null" : `a/${file}`}`,
    `+++ ${after === undefined ? "/dev/null" : `b/${file}`}`
  ]
  const hunks = hunksOf(steps)
  return hunks.length === 0 ? "" : [...head, ...hunks].join("\n")
}

const linesOf = (text: string): ReadonlyArray<string> => {
  const lines = text.split("\n")
  if (lines.at(-1) === "") return lines.slice(0, -1)
  return [...lines.slice(0, -1), `${lines.at(-1)}\n\\ No newline at end of file`]
}

type Step = readonly [sign: " " | "-" | "+", line: string]

const compared = (old: ReadonlyArray<string>, now: ReadonlyArray<string>): ReadonlyArray<Step> => {
  let [head, tail] = [0, 0]
  const shorter = Math.min(old.length, now.length)
  while (head < shorter && old[head] === now[head]) head++
  while (tail < shorter - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++
  return [
    ...old.slice(0, head).map((line): Step => [" ", line]),
    ...middle(old.slice(head, old.length - tail), now.slice(head, now.length - tail)),
    ...old.slice(old.length - tail).map((line): Step => [" ", line])
  ]
}

/** By the longest sequence of lines that both have. */
const middle = (old: ReadonlyArray<string>, now: ReadonlyArray<string>): ReadonlyArray<Step> => {
  const gone = old.map((line): Step => ["-", line])
  const come = now.map((line): Step => ["+", line])
  if (old.length * now.length > productMax) return [...gone, ...come]
  const width = now.length + 1
  const lengths = new Uint32Array((old.length + 1) * width)
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      lengths[i * width + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const steps: Array<Step> = []
  for (let [i, j] = [0, 0]; i < old.length || j < now.length;) {
    const [gone, come] = [old[i], now[j]]
    const isSame = gone === come
    const goes = come === undefined || (gone !== undefined && at(i + 1, j) >= at(i, j + 1))
    steps.push(isSame ? [" ", gone ?? ""] : goes ? ["-", gone ?? ""] : ["+", come])
    if (isSame || goes) i++
    if (isSame || !goes) j++
  }
  return steps
}

const hunksOf = (steps: ReadonlyArray<Step>): ReadonlyArray<string> => {
  const near = steps.map((_, at) =>
    steps.slice(Math.max(0, at - context), at + context + 1).some(([sign]) => sign !== " "))
  const lines: Array<string> = []
  let [old, now] = [1, 1]
  for (let at = 0; at < steps.length; at++) {
    if (near[at] === true && near[at - 1] !== true) {
      const until = near.indexOf(false, at)
      const hunk = steps.slice(at, until < 0 ? undefined : until)
      const [olds, nows] = [hunk.filter(([sign]) => sign !== "+"), hunk.filter(([sign]) => sign !== "-")]
      const from = (line: number, count: number) => `${count === 0 ? line - 1 : line},${count}`
      lines.push(
        `@@ -${from(old, olds.length)} +${from(now, nows.length)} @@`,
        ...hunk.map(([sign, line]) => sign + line)
      )
    }
    const [sign] = steps[at] ?? [" "]
    if (sign !== "+") old++
    if (sign !== "-") now++
  }
  return lines
}
