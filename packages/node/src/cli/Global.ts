/**
 * The flags that every verb takes: `--json`, `--jsonl` and `--db`.
 */
import * as Flag from "effect/cli/Flag"
import * as GlobalFlag from "effect/cli/GlobalFlag"

export const Json = GlobalFlag.Setting("json")({
  flag: Flag.Boolean("json").pipe(
    Flag.withDescription("Print data as JSON on stdout; words stay on stderr"),
    Flag.withDefault(false)
  )
})

export const JsonLines = GlobalFlag.Setting("jsonl")({
  flag: Flag.Boolean("jsonl").pipe(
    Flag.withDescription("The same, with a line for each row of a list"),
    Flag.withDefault(false)
  )
})

export const Db = GlobalFlag.Setting("db")({
  flag: Flag.String("db").pipe(
    Flag.withDescription("The node's database file; keys and socket lie beside it"),
    Flag.optional
  )
})
