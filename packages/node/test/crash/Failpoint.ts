/**
 * The failpoints: each durable step and each send of a node, before and after it.
 *
 * They live here and not in the product: `Preload.ts` puts them around what a node process calls.
 * A process that is armed with a point and a count kills itself when it comes there for the
 * count-th time, as if the machine had lost its power, but for what the kernel still holds.
 */

/** In which part of a node's life a step is taken. */
type Phase = "founding" | "joining" | "restarting" | "working"

interface Taken {
  readonly phase: Phase
  /** How often one life takes it for certain, so that the count has a bound. */
  readonly times: number
}

const taken = (phase: Phase, times: number): Taken => ({ phase, times })

const steps = {
  "operator-key.write": taken("founding", 1),
  "operator-key.link": taken("founding", 1),
  "operator-key.unlink": taken("founding", 1),
  "node-key.write": taken("joining", 1),
  "node-key.link": taken("joining", 1),
  "node-key.unlink": taken("joining", 1),
  "database.lock": taken("joining", 1),
  "database.migrate": taken("joining", 1),
  "sqlite.note": taken("joining", 2),
  "store.setNote": taken("joining", 2),
  "peers.request": taken("restarting", 1),
  "peers.serve": taken("restarting", 1),
  "store.read": taken("restarting", 1),
  "sqlite.begin": taken("working", 12),
  "sqlite.insert-fact": taken("working", 12),
  "sqlite.insert-event": taken("working", 2),
  "sqlite.mark-delivered": taken("working", 2),
  "sqlite.commit": taken("working", 12),
  "store.commit": taken("working", 12),
  "store.sealed": taken("working", 2),
  "store.bookmark": taken("working", 2),
  "store.pending": taken("working", 8),
  "store.delivered": taken("working", 2),
  "sink.deliver": taken("working", 2),
  "signer.seal-fact": taken("working", 12),
  "signer.seal-signal": taken("working", 1),
  "pubsub.publish-coordination": taken("working", 4),
  "pubsub.publish-discussion": taken("working", 8),
  "reasoner.plan": taken("working", 2)
} as const satisfies Record<string, Taken>

export type Step = keyof typeof steps
export type Label = `before ${Step}` | `after ${Step}`

// The keys of the table are its names.
const names = Object.keys(steps) as ReadonlyArray<Step>

export const labels: ReadonlyArray<Label> = names.flatMap((step) =>
  [`before ${step}`, `after ${step}`] as const)

/** The step that a label is about. */
export const stepOf = (label: Label): Taken => {
  // What follows the first word of a label is a step.
  const step = label.slice(label.indexOf(" ") + 1) as Step
  return steps[step]
}

/** Where a process dies. */
export interface Aim {
  readonly label: Label
  readonly count: number
}

let aim: Aim | undefined

export const arm = (at: Aim): void => {
  aim = at
}

/** Dies here, if it is aimed at and the count is full. */
export const point = (label: Label): void => {
  if (aim?.label !== label) return
  aim = { label, count: aim.count - 1 }
  if (aim.count === 0) process.kill(process.pid, "SIGKILL")
}
