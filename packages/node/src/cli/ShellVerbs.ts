/**
 * Verbs for shells and scripts: completions, schema.
 */
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Completions from "effect/cli/Completions"
import * as Failure from "./Failure.ts"
import * as Print from "./Print.ts"

const shells = ["bash", "zsh", "fish"] as const

export const completions = Command.make("completions", {
  shell: Argument.Literals("shell", shells).pipe(
    Argument.withDescription(`Which one (choices: ${shells.join(", ")})`)
  )
}, Effect.fnUntraced(function*({ shell }) {
  const { descriptor } = yield* Effect.promise(() => import("./VerbTable.ts"))
  yield* Print.raw(Completions.generate("chorus", shell, yield* descriptor))
})).pipe(
  Command.withExamples([
    { command: "eval \"$(chorus completions bash)\"", description: "In ~/.bashrc" },
    { command: "chorus completions zsh > ~/.zfunc/_chorus", description: "In a folder of $fpath" },
    { command: "chorus completions fish | source", description: "In config.fish" }
  ])
)

export const schema = Command.make("schema", {
  words: Argument.String("verb").pipe(
    Argument.withDescription("The verb, like people add (default: all that print data)"),
    Argument.atLeast(0)
  )
}, Effect.fnUntraced(function*({ words }) {
  const Shapes = yield* Effect.promise(() => import("../api/Shapes.ts"))
  const verb = words.join(" ")
  const document = verb === "" ? Shapes.all() : Shapes.of(verb)
  if (document === undefined) {
    return yield* Failure.make("usage", `${verb} prints no data; these do: ${Shapes.verbs.join(", ")}`)
  }
  yield* Print.data("schema", document, (value) => JSON.stringify(value, null, 2))
})).pipe(
  Command.withExamples([
    { command: "chorus schema status", description: "The shape of `chorus status --json`" },
    { command: "chorus schema people add", description: "That of a verb of two words" }
  ])
)
