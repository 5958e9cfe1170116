/**
 * A fact before it has a place: what a machine wants to state.
 *
 * The writer gives it a number, a predecessor and a moment, the signer its seal. Facts to embed
 * are named by id; their sealed bytes come from the store. (docs/rules.md, 3)
 */
import type { FactId } from "../identity/FactId.ts"
import type { DataOf, MessageType } from "./FactTable.ts"

/** What can be stated: the data of every type, without what is embedded. */
export type Statement = {
  [Type in MessageType]: Omit<DataOf<Type>, "embedded">
}[MessageType]

export interface Draft {
  readonly data: Statement
  /** The facts to embed, in the order in which they are written. */
  readonly embed: ReadonlyArray<FactId>
}

/** A draft that embeds nothing, or the facts named. */
export const draft = (data: Statement, embed: ReadonlyArray<FactId> = []): Draft => ({ data, embed })
