/**
 * A command to type next, for the same database: `chorus VERB … --db FILE` where one was named.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type Hint, on } from "./CommandLine.ts"
import { Db } from "./Global.ts"

export { on, plain, type Hint } from "./CommandLine.ts"

/** What a person types to be reached from another machine. */
export const openly = "--listen /ip4/0.0.0.0/tcp/4001"

/** For the database that this call names. */
export const hint = Effect.map(Db, (db) => on(Option.getOrUndefined(db)))

/** The same, where a call ended and its flags are gone. */
export const ofArguments = (args: ReadonlyArray<string>): Hint => {
  const at = args.indexOf("--db")
  return on(at < 0 ? args.find((arg) => arg.startsWith("--db="))?.slice("--db=".length) : args[at + 1])
}
