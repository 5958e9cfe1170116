/**
 * When a step is done: a sentence for people, or something that a machine can check. Pure.
 *
 *     exit: pnpm test                      the command ends with 0
 *     file: docs/api.txt sha256:3f2a…       the file has this content
 *     contract: origin/main                nothing that is provided breaks against this commit
 *
 * Whatever is not exactly of a form stays a sentence, so that nothing is run or read that a person
 * would not recognise: a command is printable ASCII, a path stays inside the work tree, a commit's
 * name is no flag.
 */

export type DoneWhen =
  | { readonly _tag: "Exit"; readonly command: string }
  | { readonly _tag: "File"; readonly path: string; readonly sha256: string }
  | { readonly _tag: "Contract"; readonly against: string }
  | { readonly _tag: "Sentence" }

const sentence: DoneWhen = { _tag: "Sentence" }

export const read = (text: string): DoneWhen => {
  const [, form, rest = ""] = /^(exit|file|contract): (\S(?:.*\S)?)$/.exec(text) ?? []
  // Hidden letters, look-alikes and control characters could make a command read as another.
  if (form === "exit") return isPlain.test(rest) ? { _tag: "Exit", command: rest } : sentence
  if (form === "contract") return isRevision.test(rest) ? { _tag: "Contract", against: rest } : sentence
  const [, path = "", sha256 = ""] = /^(\S+) sha256:([0-9a-f]{64})$/.exec(rest) ?? []
  return form === "file" && isInside(path) ? { _tag: "File", path, sha256 } : sentence
}

/** How the three forms are written. */
export const forms = "exit: COMMAND, file: PATH sha256:HASH, contract: COMMIT"

/** Whoever begins like a form wants it checked, and a sentence is not: such a text is a slip. */
export const isSlip = (text: string): boolean =>
  /^\s*(exit|file|contract)\s*:/i.test(text) && read(text)._tag === "Sentence"

const isPlain = /^[\x20-\x7e]+$/
const isRevision = /^[A-Za-z0-9][\w./@^~-]*$/

const isInside = (path: string): boolean =>
  isPlain.test(path) && !/[\\:]/.test(path) &&
  path.split("/").every((part) => part !== "" && part !== ".." && part.toLowerCase() !== ".git")
