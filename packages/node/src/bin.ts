#!/usr/bin/env node
/**
 * The `chorus` executable: checks the runtime, then runs the command line.
 */
import * as Module from "node:module"
import { fileURLToPath } from "node:url"

const [major = 0] = process.versions.node.split(".").map(Number)

if (major < 24) {
  process.stderr.write(
    `chorus: this is Node ${process.versions.node}, and chorus needs 24 or later; ` +
      "run it with ./chorus or `npx --yes pnpm@12.21.0 chorus`, which bring their own\n"
  )
  process.exit(1)
}

// Compiled code is kept beside the package: a verb then starts in two thirds of the time.
Module.enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/chorus", import.meta.url)))

// A reader that went away is heard of by each write; unheard, an error event would end the process.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined)

const args = process.argv.slice(2)

// Loaded only now, so that an old runtime is told what to do instead of failing in an import.
const thin = args[0] === "check" || args[0] === "hook"
  ? await (await import("./hook/Thin.ts")).run(args)
  : undefined
if (thin !== undefined) process.exit(thin)
const [{ run }, Effect] = await Promise.all([import("./cli/Cli.ts"), import("effect/Effect")])
process.exit(await Effect.runPromise(run(args)))
