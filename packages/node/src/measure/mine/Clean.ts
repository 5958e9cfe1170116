/**
 * The text of a commit without what names its partner: footers, ids, addresses, people. Pure.
 */
import type { Commit } from "./Commit.ts"
import { titleOf } from "./Commit.ts"

export interface Text {
  readonly title: string
  readonly description: string
}

/** A description is cut to so many characters. */
const descriptionMax = 1500

export const clean = (message: string, people: ReadonlySet<string>): Text => {
  const body = message.slice(message.split("\n", 1)[0]?.length ?? 0)
    .split("\n")
    .filter((line) => !isFooter.test(line.trim()))
    .join("\n")
  return {
    title: tidied(withoutPeople(blanked(titleOf(message)), people)),
    description: tidied(withoutPeople(blanked(body), people)).slice(0, descriptionMax).trimEnd()
  }
}

/** Made by a machine, or a routine that many repositories get alike. */
export const isRoutine = ({ author, message }: Pick<Commit, "author" | "message">): boolean =>
  isBot.test(author.name) || isBot.test(author.email.split("@", 1)[0] ?? "") ||
  isRoutineTitle.test(titleOf(message))

const isBot = new RegExp([
  "\\[bot\\]",
  "(?:^|[\\s._+-])bot(?:$|[\\s._+-])",
  "^(?:dependabot|renovate|greenkeeper|zuul|jenkins|zanata)\\b"
].join("|"), "i")

const isRoutineTitle = new RegExp([
  "^updated from global requirements",
  "^imported translations",
  "^update (?:reno for|\\.gitreview)",
  "^(?:\\w+(?:\\(.*\\))?!?: )?bump \\S+ from \\S+ to \\S+"
].join("|"), "i")

const isFooter = new RegExp(
  [
    "^(?:[\\w-]+-by|change-id|reviewed-on|depends-on|needed-by|merge-after|story|task|git-svn-id)\\s*:",
    "^(?:related(?:-[\\w-]+)?|(?:closes|partial|partially|fixes)[- ]?bug)\\s*:",
    "^(?:(?:partially[- ])?implements|blueprint|bp)\\s*:",
    "^(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?|part[- ]of|refs?)(?:: *| +)\\S*(?:#\\d+|://)",
    "^\\(?(?:cherry[- ]picked|backported) from"
  ].join("|"),
  "i"
)

const patterns = [
  // Addresses before what looks like a part of them.
  /\b[a-z][a-z0-9+.-]*:\/\/\S+/gi,
  /(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g,
  /\bI[0-9a-f]{8,40}\b/g,
  /\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,40}\b/g,
  /\b(?:blueprint|bp)[:\s]+[\w-]+/gi,
  /\((?:[\w.-]+(?:\/[\w.-]+)+)?#\d+\)/g,
  /(?:(?<![\w./-])[\w.-]+(?:\/[\w.-]+)+)?#\d+\b/g,
  /\b(?:bug|issue|review|change|story|task|lp)[:\s]*\d{4,}\b/gi
]

const blanked = (text: string): string =>
  patterns.reduce((rest, pattern) => rest.replaceAll(pattern, " "), text)

/** Stretches of capitalised words in which the name of somebody who commits may stand. */
const capitalised = /(?<![\p{L}.'-])\p{Lu}[\p{L}.'-]*(?:[ \t]+\p{Lu}[\p{L}.'-]*)+/gu
const nameWordsMax = 4

const withoutPeople = (text: string, people: ReadonlySet<string>): string =>
  text.replaceAll(capitalised, (stretch) => {
    const words = stretch.split(/[ \t]+/)
    for (let length = Math.min(nameWordsMax, words.length); length > 1; length--) {
      for (let at = 0; at + length <= words.length; at++) {
        if (people.has(words.slice(at, at + length).join(" "))) words.splice(at, length)
      }
    }
    return words.join(" ")
  })

const tidied = (text: string): string =>
  text.replaceAll(/[ \t]+/g, " ").replaceAll(/ ?\n ?/g, "\n").replaceAll(/\n{3,}/g, "\n\n").trim()
