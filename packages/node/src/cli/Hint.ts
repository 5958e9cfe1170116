/**
 * A command to type next, for the same database: `chorus VERB … --db FILE` where one was named.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Db } from "./Global.ts"

/** What a person types to be reached from another machine. */
export const openly = "--listen /ip4/0.0.0.0/tcp/4001"

/** The whole command line of a verb and its arguments. */
export type Hint = (line: string) => string

/** Without a database of its own. */
export const plain: Hint = (line) => `chorus ${line}`

/** For the database that was named, if one was. */
export const on = (db: string | undefined): Hint =>
  db === undefined ? plain : (line) => `chorus ${line} --db ${/^[\w./~-]+$/.test(db) ? db : `"${db}"`}`

/** For the database that this call names. */
export const hint = Effect.map(Db, (db) => on(Option.getOrUndefined(db)))

/** The same, where a call ended and its flags are gone. */
export const ofArguments = (args: ReadonlyArray<string>): Hint => {
  const at = args.indexOf("--db")
  return on(at < 0 ? args.find((arg) => arg.startsWith("--db="))?.slice("--db=".length) : args[at + 1])
}
