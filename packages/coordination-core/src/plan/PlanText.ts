/**
 * A plan as people read it: the seed's COORDINATION PLAN with its five headings.
 *
 * Rendered from the content alone, so equal plans read alike. Every text stays on its line, so
 * none can pass for a heading, and long texts are cut until the whole fits.
 */
import { type AgentKey, show } from "../identity/AgentId.ts"
import { cut, line, listed } from "../detection/Sentence.ts"
import { inOrder, type PlanContent, type PlanItem } from "./PlanContent.ts"

/** A rendered plan holds at most this many characters (UTF-16 units). */
export const lengthMax = 6000

/** The plan as text, at most `lengthMax` characters. */
export const render = (content: PlanContent): string => {
  const texts = [280, 120, 60, 20].map((width) => rendered(content, width))
  return texts.find((text) => text.length <= lengthMax) ?? cut(texts.at(-1) ?? "", lengthMax)
}

const rendered = (content: PlanContent, width: number): string => {
  const owners = content.items.map(({ owner }) => owner)
  const sections: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
    ["SEQUENCE", inOrder(content.items).map((item) => step(item, owners, width))],
    ["INFORMATION SHARING", content.share],
    ["COORDINATION POINTS", points(content.items, owners)],
    ["POTENTIAL CONFLICTS", content.watch],
    ["SUCCESS CRITERIA", content.success]
  ]
  return [
    "COORDINATION PLAN:",
    ...sections.flatMap(([heading, lines], at) => [
      `${at + 1}. ${heading}:`,
      ...lines.map((text) => `- ${cut(line(text), 4 * width)}`)
    ])
  ].join("\n")
}

/** `Step 1, agent-001: Write the contract. [contract] Done when: It is posted.` */
const step = (item: PlanItem, owners: ReadonlyArray<AgentKey>, width: number): string => {
  const text = (some: string): string => cut(line(some), width)
  const artefact = item.artefact === undefined ? "" : ` [${text(item.artefact)}]`
  return `Step ${item.id}, ${show(item.owner, owners)}: ${text(item.action)}${artefact} ` +
    `Done when: ${text(item.done_when)}`
}

/** Where one agent waits for another. */
const points = (
  items: ReadonlyArray<PlanItem>,
  owners: ReadonlyArray<AgentKey>
): ReadonlyArray<string> =>
  inOrder(items).flatMap((item) => {
    const awaited = items.filter(({ id, owner }) =>
      item.depends_on.includes(id) && owner !== item.owner
    )
    return awaited.length === 0 ? [] : [
      `${show(item.owner, owners)} starts step ${item.id} after ` +
      listed(awaited.map(({ id, owner }) => `step ${id} of ${show(owner, owners)}`))
    ]
  })
