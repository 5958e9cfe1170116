/**
 * The news that ride on an answer: those that the node has for the agent, noted as shown once it is in one.
 */
import type * as Desk from "./Desk.ts"

/** Items of a session that an answer shows. */
export interface Shown {
  readonly session: string
  readonly items: ReadonlyArray<string>
}

/** The lines for the agent; what is beside them in the answer is noted with them. */
export const tell = async (desk: Desk.Desk, beside: ReadonlyArray<Shown>): Promise<ReadonlyArray<string>> => {
  const { agent } = desk
  const { lines, more } = await desk.call("unread", { agent })
  const noted = [...lines.map(({ items, session }) => ({ items, session })), ...beside]
    .filter(({ items }) => items.length > 0)
  if (noted.length > 0) await desk.call("note", { agent, stage: "shown", noted })
  return [
    ...lines.map(({ kind, session, text, waits }) =>
      waits
        ? `${text} Read it with chorus_inbox, then chorus_answer.`
        : kind === "decision" ? `${text} All of it: chorus://session/${session}` : text),
    ...(more === 0 ? [] : [`${more} more: call chorus_inbox`])
  ]
}
