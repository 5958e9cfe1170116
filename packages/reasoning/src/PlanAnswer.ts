/**
 * What a model may answer, and how it becomes a plan.
 *
 * Texts may be of any length on the way in: sentences that are too long are cut, and cut shorter
 * until the plan fits a fact, because that harms nobody. Everything else that is wrong is refused:
 * an owner who is no agent of the request, too many items, items that wait in a circle.
 */
import type { AgentKey } from "@chorus/coordination-core/identity/AgentId"
import * as Hash from "@chorus/coordination-core/identity/Hash"
import * as PlanContent from "@chorus/coordination-core/plan/PlanContent"
import type * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { agentOf, labelsOf, named } from "./AgentLabels.ts"

/** The form of an answer about these agents; every field is required, as strict servers ask. */
export const schema = (agents: ReadonlyArray<AgentKey>) =>
  Schema.Struct({
    items: Schema.Array(Schema.Struct({
      id: Schema.String,
      owner: Schema.Literals(labelsOf(agents)),
      action: Schema.NonEmptyString,
      artefact: Schema.String,
      depends_on: Schema.Array(Schema.String),
      done_when: Schema.NonEmptyString
    })),
    share: Schema.Array(Schema.String),
    watch: Schema.Array(Schema.String),
    success: Schema.Array(Schema.String)
  })
export type PlanAnswer = ReturnType<typeof schema>["Type"]

/** The plan of an answer, or why it is none that these agents could follow. */
export const toContent = (
  answer: PlanAnswer,
  agents: ReadonlyArray<AgentKey>
): Result.Result<PlanContent.PlanContent, string> => {
  const drafts = [280, 160, 80].map((charactersMax) => draft(answer, agents, charactersMax))
  const fits = (content: unknown) =>
    Hash.byteLength(JSON.stringify(content)) <= PlanContent.bytesMax
  return PlanContent.read(drafts.find(fits) ?? drafts.at(-1), agents)
}

const draft = (answer: PlanAnswer, agents: ReadonlyArray<AgentKey>, charactersMax: number) => {
  const sentence = (text: string) => cut(named(visible(text), agents), charactersMax)
  const sentences = (texts: ReadonlyArray<string>) =>
    texts.map(sentence).filter((text) => text !== "").slice(0, 8)
  return {
    items: answer.items.map(({ action, artefact, depends_on, done_when, id, owner }) => ({
      id,
      owner: agentOf(agents, owner),
      action: sentence(action),
      ...(visible(artefact) === "" ? {} : { artefact: cut(sentence(artefact), 160) }),
      depends_on,
      done_when: sentence(done_when)
    })),
    share: sentences(answer.share),
    watch: sentences(answer.watch),
    success: sentences(answer.success)
  }
}

/** One line of text without what steers a terminal or hides from the eye. */
const visible = (text: string): string =>
  text.toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069\u{E0000}-\u{E007F}]+/gu, " ")
    .trim()

const cut = (text: string, charactersMax: number): string =>
  text.length <= charactersMax
    ? text
    // A cut inside a surrogate pair would leave half a character.
    : `${text.slice(0, charactersMax - 1).replace(/[\uD800-\uDBFF]$/, "")}…`
