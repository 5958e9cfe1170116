/**
 * Small changes to JSON as people keep it: comments, blanks, order and all else stay as they are.
 *
 * Nothing is formatted anew: what is added takes the indentation and the line ends of the file.
 */
import * as Jsonc from "jsonc-parser"

export type Path = ReadonlyArray<string>

/** The text as a tree; none where it is no JSON object, comments and trailing commas allowed. */
export const rootOf = (text: string): Jsonc.Node | undefined => {
  const errors: Array<Jsonc.ParseError> = []
  try {
    const root = Jsonc.parseTree(text, errors, { allowTrailingComma: true })
    return errors.length === 0 && root?.type === "object" ? root : undefined
  } catch (cause) {
    // What is nested deeper than the stack is no settings file.
    if (cause instanceof RangeError) return undefined
    throw cause
  }
}

export const nodeAt = (root: Jsonc.Node, path: Path): Jsonc.Node | undefined =>
  Jsonc.findNodeAtLocation(root, [...path])

/** The value of a node, as `JSON.parse` would give it. */
export const valueOf = (node: Jsonc.Node): unknown => JSON.parse(JSON.stringify(Jsonc.getNodeValue(node)))

/** A value in the place of the one that a node holds. */
export const replaced = (text: string, node: Jsonc.Node, value: unknown): string => {
  const indent = indentAt(text, node.offset)
  return text.slice(0, node.offset) + written(text, value, indent) + text.slice(node.offset + node.length)
}

/** A property more, where the path leads; objects on the way that are missing are made. */
export const added = (text: string, root: Jsonc.Node, path: Path, value: unknown): string | undefined => {
  for (let depth = path.length - 1; depth >= 0; depth--) {
    const holder = nodeAt(root, path.slice(0, depth))
    if (holder === undefined) continue
    if (holder.type !== "object") return undefined
    const nested = path.slice(depth + 1).reduceRight<unknown>((inner, key) => ({ [key]: inner }), value)
    return inserted(text, holder, `${JSON.stringify(path[depth])}: `, nested)
  }
  return undefined
}

/** An element more at the end of an array. */
export const appended = (text: string, array: Jsonc.Node, value: unknown): string =>
  inserted(text, array, "", value)

/** Without what a path leads to. */
export const removed = (text: string, path: ReadonlyArray<string | number>): string =>
  Jsonc.applyEdits(text, Jsonc.modify(text, [...path], undefined, {}))

const inserted = (text: string, holder: Jsonc.Node, label: string, value: unknown): string => {
  const children = holder.children ?? []
  const end = holder.offset + holder.length - 1
  const inside = text.slice(holder.offset + 1, end)
  const isOneLine = children.length > 0 && !inside.includes("\n")
  const base = indentAt(text, holder.offset)
  const first = children[0]
  const indent = first !== undefined && startsLine(text, first.offset)
    ? indentAt(text, first.offset)
    : base + unitOf(text)
  const body = isOneLine ? ` ${label}${JSON.stringify(value)}` : eolOf(text) + indent + label +
    written(text, value, indent)
  const last = children.at(-1)
  if (last === undefined) {
    const closing = inside.includes("\n") ? "" : eolOf(text) + base
    return spliced(text, holder.offset + 1, body + closing)
  }
  const after = last.offset + last.length
  const { comma, triviaEnd } = behind(text, after)
  // What is said of the last entry on its line stays with it.
  const tail = text.slice(triviaEnd, end).includes("\n") || isOneLine ? "" : eolOf(text) + base
  const withBody = spliced(text, triviaEnd, body + (comma ? "," : "") + tail)
  return comma ? withBody : spliced(withBody, after, ",")
}

const spliced = (text: string, at: number, more: string): string => text.slice(0, at) + more + text.slice(at)

/** What follows an entry on its line: whether a comma does, and where its comments end. */
const behind = (text: string, from: number): { readonly comma: boolean; readonly triviaEnd: number } => {
  const scanner = Jsonc.createScanner(text, false)
  scanner.setPosition(from)
  let [comma, triviaEnd, sameLine] = [false, from, true]
  for (let token = scanner.scan(); token !== Jsonc.SyntaxKind.EOF; token = scanner.scan()) {
    const end = scanner.getTokenOffset() + scanner.getTokenLength()
    const isComment = token === Jsonc.SyntaxKind.LineCommentTrivia ||
      token === Jsonc.SyntaxKind.BlockCommentTrivia
    if (token === Jsonc.SyntaxKind.LineBreakTrivia) sameLine = false
    else if (token === Jsonc.SyntaxKind.CommaToken && !comma) [comma, triviaEnd, sameLine] = [true, end, true]
    else if (isComment && sameLine) triviaEnd = end
    else if (token !== Jsonc.SyntaxKind.Trivia && !isComment) break
  }
  return { comma, triviaEnd }
}

const written = (text: string, value: unknown, indent: string): string =>
  JSON.stringify(value, null, unitOf(text)).split("\n").join(eolOf(text) + indent)

/** The line end of a text; its first one counts. */
export const eolOf = (text: string): string => /\r?\n/.exec(text)?.[0] ?? "\n"

const unitOf = (text: string): string => /^[ \t]+(?=["{[])/m.exec(text)?.[0].replace(/^\t+$/, "\t") ?? "  "

const startsLine = (text: string, at: number): boolean => /(^|\n)[ \t]*$/.test(text.slice(0, at))

const indentAt = (text: string, at: number): string =>
  /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", at - 1) + 1, at))?.[0] ?? ""
