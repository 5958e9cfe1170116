/**
 * What waits for the driver: a queue that letters and the bytes of their facts bound, with a named
 * policy for when it is full.
 *
 *     facts and signals  dropped and counted: catch-up brings facts back, signals come again
 *     ticks              at most one waits: a late tick tells all that the missed ones did
 *     everything else    waits for room: commands, plans and peers' answers are never lost
 */
import type * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import type * as Command from "@chorus/coordination-core/command/Command"
import type { NodeId } from "@chorus/coordination-core/identity/NodeId"
import type * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Queue from "effect/Queue"
import type * as Result from "effect/Result"
import type { Admitted } from "./Entry.ts"

/** An input of the machine, with what the driver needs beside it. */
export type Letter =
  | {
    readonly _tag: "Facts"
    readonly admitted: ReadonlyArray<Admitted>
    /** The peer that handed them on. */
    readonly from?: NodeId
  }
  | {
    readonly _tag: "Command"
    readonly command: Command.Command
    readonly reply: Deferred.Deferred<Result.Result<Command.Done, Command.Refused>>
  }
  | {
    readonly _tag: "Input"
    readonly input: Exclude<Coordination.Input, { readonly _tag: "Received" | "Asked" | "Restored" }>
  }

export interface Mailbox {
  /** Takes a letter in, or drops it when there is no room. True when it was taken in. */
  readonly tryPost: (letter: Letter) => boolean
  /** Takes a letter in as soon as there is room. */
  readonly post: (letter: Letter) => Effect.Effect<void>
  readonly tick: Effect.Effect<void>
  /** The letters that wait, at least one and at most `batchMax`. */
  readonly take: Effect.Effect<ReadonlyArray<Letter>>
  /** Letters dropped since the start. */
  readonly dropped: () => number
}

export const lettersMax = 4096

/** The sealed facts of all letters that wait have so many bytes, or one letter waits alone. */
export const bytesMax = 8 * 1024 * 1024

/** So many letters share one commit. */
export const batchMax = 256

export const make = Effect.gen(function*() {
  const queue = yield* Queue.bounded<Letter>(lettersMax)
  const room = Latch.makeUnsafe(true)
  let bytes = 0
  let dropped = 0
  let tickWaits = false
  const isFull = (letter: Letter): boolean => {
    const more = bytesOf(letter)
    return more > 0 && bytes > 0 && bytes + more > bytesMax
  }
  return {
    tryPost: (letter: Letter) => {
      const taken = !isFull(letter) && Queue.offerUnsafe(queue, letter)
      if (taken) bytes += bytesOf(letter)
      else dropped += 1
      return taken
    },
    post: Effect.fnUntraced(function*(letter: Letter) {
      while (isFull(letter)) {
        Latch.closeUnsafe(room)
        yield* room.await
      }
      bytes += bytesOf(letter)
      yield* Effect.onInterrupt(Queue.offer(queue, letter), () =>
        Effect.sync(() => {
          bytes -= bytesOf(letter)
        }))
    }),
    tick: Effect.sync(() => {
      if (tickWaits) return
      tickWaits = Queue.offerUnsafe(queue, { _tag: "Input", input: { _tag: "Ticked" } })
    }),
    take: Effect.tap(Queue.takeBetween(queue, 1, batchMax), (letters) =>
      Effect.sync(() => {
        if (letters.some(isTick)) tickWaits = false
        for (const letter of letters) bytes -= bytesOf(letter)
        Latch.openUnsafe(room)
      })),
    dropped: () => dropped
  } satisfies Mailbox
})

const bytesOf = (letter: Letter): number =>
  letter._tag === "Facts" ? letter.admitted.reduce((sum, { sealed }) => sum + sealed.length, 0) : 0

const isTick = (letter: Letter): boolean => letter._tag === "Input" && letter.input._tag === "Ticked"
