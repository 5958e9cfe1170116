/**
 * What set-up puts into one file, as data: a JSON entry, an element of a JSON array, a marked block.
 *
 *     put: text ──▶ the text with it | it stands there | why not
 *     take: text ──▶ the text without it, or with what stood there before | why not
 *
 * An entry that somebody changed is theirs: it is neither overwritten nor taken back, unless forced.
 */
import { isDeepStrictEqual } from "node:util"
import * as JsonText from "./JsonText.ts"

export type Part =
  | { readonly kind: "entry"; readonly path: JsonText.Path; readonly value: unknown }
  /** An element is ours by the words that it has in it. */
  | {
    readonly kind: "element"
    readonly path: JsonText.Path
    readonly value: unknown
    readonly words: string
  }
  | {
    readonly kind: "block"
    readonly begin: string
    readonly end: string
    readonly lines: string
    /** What may not stand elsewhere in the file, since it would say the same again. */
    readonly elsewhere?: string
  }

/** How a part came to stand in a text; `was` is what stood there, where something did. */
export type Put =
  | { readonly _tag: "Put"; readonly text: string; readonly was?: unknown }
  | { readonly _tag: "Same" }
  | { readonly _tag: "Refused"; readonly because: string }

const refused = (because: string): Put => ({ _tag: "Refused", because })
const edited = (what: string) => refused(`${what} was edited by hand; --force replaces it`)

/** `ours` is what set-up wrote there last time, which may be replaced. */
export const put = (text: string, part: Part, ours: unknown, force: boolean): Put => {
  if (part.kind === "block") return putBlock(text, part, ours, force)
  const source = text.trim() === "" ? `{}${JsonText.eolOf(text)}` : text
  const root = JsonText.rootOf(source)
  if (root === undefined) return refused("it holds no JSON object; mend it first")
  const made = part.kind === "entry"
    ? putEntry(source, root, part, ours, force)
    : putElement(source, root, part, ours, force)
  return made._tag === "Put" && !holds(made.text, part) ? refused("it cannot be changed without harm") : made
}

/** Whether a text holds a part as it is written. */
export const holds = (text: string, part: Part): boolean => {
  if (part.kind === "block") return blockOf(text, part)?.inner === blockText(text, part)
  const root = JsonText.rootOf(text)
  const node = root === undefined ? undefined : JsonText.nodeAt(root, part.path)
  if (node === undefined) return false
  const value = JsonText.valueOf(node)
  return part.kind === "entry"
    ? isDeepStrictEqual(value, part.value)
    : Array.isArray(value) && value.some((element) => isDeepStrictEqual(element, part.value))
}

type Root = NonNullable<ReturnType<typeof JsonText.rootOf>>
type Entry = Extract<Part, { kind: "entry" }>
type Element = Extract<Part, { kind: "element" }>
type Block = Extract<Part, { kind: "block" }>

const putEntry = (text: string, root: Root, { path, value }: Entry, ours: unknown, force: boolean): Put => {
  const node = JsonText.nodeAt(root, path)
  if (node === undefined) {
    return putNew(JsonText.added(text, root, path, value), path)
  }
  const was = JsonText.valueOf(node)
  if (isDeepStrictEqual(was, value)) return { _tag: "Same" }
  if (!force && !isDeepStrictEqual(was, ours)) return edited(path.join("."))
  return { _tag: "Put", text: JsonText.replaced(text, node, value), was }
}

const putNew = (text: string | undefined, path: JsonText.Path): Put =>
  text === undefined ? refused(`${path.join(".")} has no object to stand in`) : { _tag: "Put", text }

const putElement = (text: string, root: Root, part: Element, ours: unknown, force: boolean): Put => {
  const { path, value, words } = part
  const array = JsonText.nodeAt(root, path)
  if (array === undefined) {
    return putNew(JsonText.added(text, root, path, [value]), path)
  }
  if (array.type !== "array") return refused(`${path.join(".")} is no list`)
  const own = (array.children ?? []).find((child) => JSON.stringify(JsonText.valueOf(child)).includes(words))
  if (own === undefined) return { _tag: "Put", text: JsonText.appended(text, array, value) }
  const was = JsonText.valueOf(own)
  if (isDeepStrictEqual(was, value)) return { _tag: "Same" }
  if (!force && !isDeepStrictEqual(was, ours)) return edited(path.join("."))
  return { _tag: "Put", text: JsonText.replaced(text, own, value), was }
}

const blockText = (text: string, { begin, end, lines }: Block): string =>
  [begin, ...lines.split("\n"), end].join(JsonText.eolOf(text))

/** The block with its markers, and where it stands. */
const blockOf = (text: string, { begin, end }: Block) => {
  const at = text.indexOf(begin)
  const until = at < 0 ? -1 : text.indexOf(end, at)
  return until < 0 ? undefined : { at, inner: text.slice(at, until + end.length) }
}

const putBlock = (text: string, part: Block, ours: unknown, force: boolean): Put => {
  const wanted = blockText(text, part)
  const found = blockOf(text, part)
  const around = found === undefined
    ? text
    : text.slice(0, found.at) + text.slice(found.at + found.inner.length)
  if (part.elsewhere !== undefined && new RegExp(part.elsewhere, "m").test(around)) {
    return refused("it names chorus outside of the block of set-up; take that out first")
  }
  if (found === undefined) {
    if (text.includes(part.begin)) return refused(`the line "${part.end}" is missing`)
    const eol = JsonText.eolOf(text)
    const gap = text === "" ? "" : text.endsWith("\n") ? eol : eol + eol
    return { _tag: "Put", text: `${text}${gap}${wanted}${eol}` }
  }
  if (found.inner === wanted) return { _tag: "Same" }
  if (!force && found.inner !== ours) return edited(`the block after "${part.begin}"`)
  return {
    _tag: "Put",
    text: text.slice(0, found.at) + wanted + text.slice(found.at + found.inner.length),
    was: found.inner
  }
}

/** Takes a part out of a text that was edited elsewhere since; none where the part itself was. */
export const take = (text: string, part: Part, was: unknown): string | undefined => {
  if (!holds(text, part)) return undefined
  if (part.kind === "block") {
    const found = blockOf(text, part)
    if (found === undefined) return undefined
    const rest = text.slice(found.at + found.inner.length)
    return typeof was === "string"
      ? text.slice(0, found.at) + was + rest
      : text.slice(0, found.at).replace(/(\r?\n)\r?\n$/, "$1") + rest.replace(/^\r?\n/, "")
  }
  const root = JsonText.rootOf(text)
  const node = root === undefined ? undefined : JsonText.nodeAt(root, part.path)
  if (node === undefined) return undefined
  if (part.kind === "entry") {
    return was === undefined ? JsonText.removed(text, part.path) : JsonText.replaced(text, node, was)
  }
  const isOwn = (child: Root) => isDeepStrictEqual(JsonText.valueOf(child), part.value)
  const at = (node.children ?? []).findIndex(isOwn)
  const own = node.children?.[at]
  if (own === undefined) return undefined
  return was === undefined
    ? JsonText.removed(text, [...part.path, at])
    : JsonText.replaced(text, own, was)
}

/** What a part put there, to be known again. */
export const footprint = (text: string, part: Part): unknown =>
  part.kind === "block" ? blockText(text, part) : part.value
