/**
 * The picture of the README, drawn from what a run of `chorus demo` printed: the scene in which one
 * agent objects, without its times and the text of its plan.
 */
const [widthMax, size, lineHeight, left, top] = [92, 13, 18, 16, 50] as const
const colours = { a: "#ebcb8b", g: "#a3be8c", r: "#e0707c" } as const
const title = "Two agents in two repositories are told of each other, one objects, and they agree"

interface Line {
  readonly text: string
  readonly style: string
}

/** The file docs/demo.svg. */
export const draw = (printed: string): string => {
  const lines = [{ text: "$ chorus demo", style: "d" }, ...scene(printed).flatMap(wrapped)]
  const [width, height] = [2 * left + 8 * widthMax, top + lineHeight * lines.length - 4]
  const classes = Object.entries(colours).map(([name, colour]) => `.${name}{fill:${colour}}`).join("")
  const dots = ["r", "a", "g"] as const
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
      `viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="t">`,
    `<title id="t">${title}</title>`,
    `<style>text{font:${size}px ui-monospace,Menlo,Consolas,monospace;fill:#d8dee9;white-space:pre}` +
      `.d{fill:#8a93a5}.h{fill:#fff;font-weight:bold}${classes}</style>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#1f2430"/>`,
    dots.map((dot, at) => `<circle cx="${18 + 18 * at}" cy="16" r="5" fill="${colours[dot]}"/>`).join(""),
    ...lines.map(({ style, text }, at) => {
      const named = style === "" ? "" : ` class="${style}"`
      return `<text x="${left}" y="${top + lineHeight * at}"${named}>${escaped(text)}</text>`
    }),
    "</svg>"
  ].join("\n")}\n`
}

/** The session that a picture, or a run, tells of: it has another name in each run. */
export const sessionOf = (text: string): string =>
  /dep_\w{8}/.exec(text.slice(Math.max(0, text.search(/^2\. /m))))?.[0] ?? ""

const scene = (printed: string): ReadonlyArray<Line> =>
  (/^2\. [^]+?(?=^3\. )/m.exec(printed)?.[0] ?? "").split("\n")
    .filter((line) => line !== "" && !line.startsWith("    "))
    .map((line) => line.replace(/^ {2}\d\d:\d\d:\d\d /, "  "))
    .map((text) => ({ text, style: styleOf(text) }))

const styleOf = (text: string): string =>
  styles.find(([pattern]) => pattern.test(text))?.[1] ?? ""

const styles = [
  [/^2\. | is resolved$/, "h"],
  [/votes agree/, "g"],
  [/votes object/, "r"],
  [/ %\): /, "a"]
] as const

/** On as many lines as it takes, broken at blanks. */
const wrapped = ({ style, text }: Line): ReadonlyArray<Line> =>
  text.length <= widthMax
    ? [{ text, style }]
    : [
      { text: text.slice(0, text.lastIndexOf(" ", widthMax)), style },
      ...wrapped({ text: `    ${text.slice(text.lastIndexOf(" ", widthMax) + 1)}`, style })
    ]

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
