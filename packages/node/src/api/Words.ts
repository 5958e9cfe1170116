/**
 * What may be said through the interface, and how much of it: the schema of each text.
 *
 * The command line checks by them as well, so that a text that is too long is refused by its name.
 */
import { list, text } from "@chorus/coordination-core/fact/Text"
import * as DoneWhen from "@chorus/coordination-core/plan/DoneWhen"
import { Kept } from "@chorus/coordination-core/plan/Kept"
import * as Scope from "@chorus/coordination-core/task/Scope"
import * as Schema from "effect/Schema"
import * as Change from "../landing/Change.ts"

/** At least one character that is seen, and at most `max` characters. */
const said = (max: number) =>
  text(max).check(Schema.isPattern(/\S/, { message: "Expected some words" }))

export const title = said(200)
export const description = text(2000)
export const scopes = list(Scope.Text, 32)
export const paths = list(said(200), 32)
/** Why a task is given back. */
export const because = text(280)
/** What came of a task. */
export const results = text(1000)
/** Where a change is read: an address, `org/name#5` or a Change-Id. */
export const change = text(300).check(Schema.isPattern(Change.pattern, { message: Change.expected }))
/** What the agent of a task promises, in a sentence or so that it can be checked. */
export const promise = said(280).check(
  Schema.makeFilter((words: string) =>
    DoneWhen.isSlip(words) ? `Expected a sentence, or exactly ${DoneWhen.forms}` : undefined)
)
export const kept = list(Kept, 12)
/** What an opened session is about. */
export const about = said(500)
export const message = said(4000)
/** Why an agent votes as it does. */
export const reason = text(280)
/** Why a person has to look. */
export const escalation = said(400)
/** What a person decides. */
export const decision = said(2000)
/** Why a person is revoked. */
export const revocation = said(280)
/** So many contracts are taken in one call, on either side. */
export const contractsMax = 20_000
/** Items of so many sessions are noted in one call. */
export const notedMax = 64
export { announcedMax } from "@chorus/coordination-core/command/TaskCommands"
/** How a person is called. */
export const personName = said(64)
