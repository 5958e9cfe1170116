/**
 * SQL as words: enough of every dialect to find statements and their parts, and no more.
 *
 * Comments go; quoted names lose their quotes and keep their letters; strings and dollar-quoted
 * bodies are one word each. Each letter is looked at once.
 */

export interface Token {
  /** As it is compared: bare words in lower case, quoted names as they are, strings as one quote. */
  readonly text: string
  readonly is: "word" | "name" | "string" | "sign"
}

const patterns = new RegExp(
  [
    "(--[^\\n]*|#[^\\n]*|/\\*[\\s\\S]*?(?:\\*/|$)|\\s+)",
    "(\\$(\\w*)\\$[\\s\\S]*?(?:\\$\\3\\$|$)|[eEnN]?'(?:[^'\\\\]|''|\\\\[\\s\\S])*(?:'|$))",
    '("(?:[^"]|"")*(?:"|$)|`[^`]*(?:`|$)|\\[[A-Za-z_][^\\]\\n]*\\])',
    "([\\p{L}_@][\\p{L}\\p{N}_$]*|\\d+(?:\\.\\d+)?)",
    "([\\s\\S])"
  ].join("|"),
  "gu"
)

/** The statements of a text, each as its tokens; statements end with a semicolon or a line `GO`. */
export const statements = (text: string): ReadonlyArray<ReadonlyArray<Token>> => {
  const all: Array<Array<Token>> = []
  let now: Array<Token> = []
  for (const [, blank, string, , name, word, sign] of text
    .replaceAll(/^\s*go\s*$/gim, ";")
    .matchAll(patterns)) {
    if (blank !== undefined) continue
    if (sign === ";") {
      if (now.length > 0) all.push(now)
      now = []
    } else if (string !== undefined) now.push({ text: "'", is: "string" })
    else if (name !== undefined) now.push({ text: name.replaceAll(/^["`[]|["`\]]$/g, ""), is: "name" })
    else if (word !== undefined) now.push({ text: word.toLowerCase(), is: "word" })
    else now.push({ text: sign ?? "", is: "sign" })
  }
  if (now.length > 0) all.push(now)
  return all
}
