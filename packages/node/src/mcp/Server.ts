/**
 * What the MCP server of one agent does with a request: its tools, its resources, and the news that
 * ride on every answer.
 *
 * Calls of tools are done one after the other, so that each answer tells what is new since the last.
 */
import type * as Desk from "./Desk.ts"
import * as Fence from "./Fence.ts"
import * as News from "./News.ts"
import { inWords, Problem } from "./Problem.ts"
import * as Resources from "./Resources.ts"
import * as SessionTools from "./SessionTools.ts"
import * as TaskTools from "./TaskTools.ts"
import type { Answer, Tool } from "./Tool.ts"

export const tools: ReadonlyArray<Tool> = [
  TaskTools.start,
  TaskTools.check,
  TaskTools.declare,
  SessionTools.inbox,
  SessionTools.answer,
  SessionTools.escalate,
  SessionTools.status,
  TaskTools.done
]

/** What an agent is told once. */
export const instructions = "Chorus tells agents in other repositories what you work on, and you what they " +
  "do. Call chorus_start with what your task touches, chorus_check before you edit what others may use, " +
  `chorus_done at the end; read \`next\` and \`news\` of each answer. ${Fence.label}`

/** The result of a tool as MCP has it: the same as data and as text. */
export interface Result {
  readonly content: ReadonlyArray<{ readonly type: "text"; readonly text: string }>
  readonly structuredContent?: Readonly<Record<string, unknown>>
  readonly isError?: true
}

export interface Server {
  readonly version: string
  /** The result; undefined when there is no such tool. */
  readonly call: (name: string, given: object) => Promise<Result | undefined>
  readonly read: (uri: string) => ReturnType<typeof Resources.read>
}

/** Calls that wait for their turn; an agent makes a few at a time. */
const waitingMax = 32

export const make = (desk: Desk.Desk, version: string): Server => {
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()
  const newsOf = async ({ isBlind, shown = [] }: Answer): Promise<ReadonlyArray<string>> =>
    isBlind === true ? [] : await News.tell(desk, shown)
  const called = async (tool: Tool, given: object): Promise<Result> => {
    try {
      const answer = await tool.call(desk, given)
      // News are a courtesy: what was asked for is told without them too.
      return resultOf(answer, await newsOf(answer).catch(() => []))
    } catch (error) {
      return failed(error)
    }
  }
  return {
    version,
    call: async (name, given) => {
      const tool = tools.find(({ told }) => told.name === name)
      if (tool === undefined) return undefined
      if (waiting >= waitingMax) {
        return failed(new Problem(`${waiting} calls wait already`, "wait for their answers first"))
      }
      waiting++
      const mine = last.then(() => called(tool, given)).finally(() => waiting--)
      last = mine
      return await mine
    },
    read: (uri) => Resources.read(desk, uri)
  }
}

const resultOf = ({ found, lengthMax, next, own }: Answer, news: ReadonlyArray<string>): Result => {
  const structuredContent = { next, news, ...own, ...Fence.data(found, lengthMax) }
  return { content: [{ type: "text", text: JSON.stringify(structuredContent) }], structuredContent }
}

const failed = (error: unknown): Result =>
  ({ content: [{ type: "text", text: inWords(error) }], isError: true })
