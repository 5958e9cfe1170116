/**
 * What went wrong, and what can be done about it: how errors are told to an agent.
 */
import * as Wire from "../api/Wire.ts"
import * as Fence from "./Fence.ts"

export class Problem extends Error {
  readonly next: string
  constructor(message: string, next: string) {
    super(message)
    this.next = next
  }
}

/** What went wrong on one line, and what to do next on another. */
export const inWords = (error: unknown): string => {
  if (error instanceof Problem) return told(error.message, error.next)
  if (!(error instanceof Wire.NoAnswer)) {
    // The system's own words: a port that is taken, a file that may not be read.
    return told(error instanceof Error ? error.message : String(error), "mend that, and try again")
  }
  const message = Fence.cleaned(error.message.replaceAll(/\s+/g, " "), 600)
  switch (error.kind) {
    case "refused":
      return told(message, "mend the arguments; chorus_inbox has your sessions, chorus_status your tasks")
    case "later":
      return told(message, "call this again in half a minute")
    case "gone":
      return told("the node went away", "call this again; the node is started when none runs")
    case "failed":
      return told(message, "call this again in a moment; then ask the person to run `chorus doctor`")
  }
}

const told = (what: string, next: string): string => `${what}\nNext: ${next}`
