/**
 * The verbs that agents' clients run all the time, without the command line that they do not need.
 */
import * as Check from "./Check.ts"
import * as Hook from "./Hook.ts"

/** The exit code; undefined where the whole command line has to answer. */
export const run = async ([verb, ...args]: ReadonlyArray<string>): Promise<number | undefined> => {
  if (verb === "check") return await Check.run(args)
  const event = verb === "hook" && args.length === 1
    ? Hook.events.find((each) => each === args[0])
    : undefined
  return event === undefined
    ? undefined
    : await Hook.run(event, { flags: {}, release: false, paths: [] })
}
