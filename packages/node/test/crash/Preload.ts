/**
 * Loaded before the executable: puts the failpoints around SQLite, the key files and the ports.
 *
 *     node --import Preload.ts bin.ts up …
 *
 * SQLite's calls and those of the file system are wrapped where they are; the composition root is
 * replaced by `FailingLayers.ts` for those who start a node. So what runs is the product, to the
 * byte. It is armed by a variable, or later by a message of its parent.
 */
import fs from "node:fs/promises"
import { registerHooks, syncBuiltinESMExports } from "node:module"
import { DatabaseSync, type StatementSync } from "node:sqlite"
import { type Aim, arm, point, type Step } from "./Failpoint.ts"

const aimed = process.env["FAILPOINT"]
// The parent writes an aim, here and in its messages.
if (aimed !== undefined) arm(JSON.parse(aimed) as Aim)
process.on("message", (aim) => arm(aim as Aim))
process.channel?.unref()

const inPlaceOf: Readonly<Record<string, string>> = {
  "@chorus/coordination-core/coordination/NodeSettings":
    new URL("./HastySettings.ts", import.meta.url).href,
  "./Layers.ts": new URL("./FailingLayers.ts", import.meta.url).href,
  "@chorus/reasoning/ReasonerConfig": new URL("./FailingReasoner.ts", import.meta.url).href
}

registerHooks({
  resolve: (specifier, context, next) => {
    const isWiring = /\/node\/src\/(Up|Whereabouts)\.ts$/.test(context.parentURL ?? "")
    return next(isWiring ? inPlaceOf[specifier] ?? specifier : specifier, context)
  }
})

const around = <A>(step: Step | undefined, work: () => A): A => {
  if (step === undefined) return work()
  point(`before ${step}`)
  const result = work()
  point(`after ${step}`)
  return result
}

const firstMatch = (table: ReadonlyArray<readonly [RegExp, Step]>) => (text: string) =>
  table.find(([pattern]) => pattern.test(text))?.[1]

const ofScript = firstMatch([
  [/^BEGIN IMMEDIATE$/, "sqlite.begin"],
  [/^COMMIT$/, "sqlite.commit"],
  [/BEGIN EXCLUSIVE/, "database.lock"],
  [/PRAGMA user_version = /, "database.migrate"]
])
const ofStatement = firstMatch([
  [/INSERT INTO facts/, "sqlite.insert-fact"],
  [/INSERT INTO events/, "sqlite.insert-event"],
  [/UPDATE events SET delivered/, "sqlite.mark-delivered"],
  [/INTO notes/, "sqlite.note"]
])

const { exec, prepare } = DatabaseSync.prototype

DatabaseSync.prototype.exec = function(sql) {
  around(ofScript(sql), () => exec.call(this, sql))
}

DatabaseSync.prototype.prepare = function(sql, ...rest) {
  const statement: StatementSync = prepare.call(this, sql, ...rest)
  const step = ofStatement(sql)
  if (step === undefined) return statement
  const run = statement.run.bind(statement)
  // One function for all ways to call `run`; what it is given is passed on.
  statement.run = (...given: Array<never>) => around(step, () => run(...given))
  return statement
}

const keyOf = firstMatch([[/\.operator\.key(\.|$)/, "operator-key.link"], [/\.key(\.|$)/, "node-key.link"]])

/** The same step of the key that a path belongs to. */
const keyStep = (path: unknown, what: "write" | "link" | "unlink"): Step | undefined => {
  const key = keyOf(String(path))
  if (key === undefined) return undefined
  return key === "node-key.link" ? `node-key.${what}` : `operator-key.${what}`
}

const aroundAsync = async <A>(step: Step | undefined, work: () => Promise<A>): Promise<A> => {
  if (step !== undefined) point(`before ${step}`)
  const result = await work()
  if (step !== undefined) point(`after ${step}`)
  return result
}

const { link, unlink, writeFile } = fs
fs.writeFile = (path, ...rest) => aroundAsync(keyStep(path, "write"), () => writeFile(path, ...rest))
fs.link = (from, to) => aroundAsync(keyStep(to, "link"), () => link(from, to))
fs.unlink = (path) => aroundAsync(keyStep(path, "unlink"), () => unlink(path))
syncBuiltinESMExports()
