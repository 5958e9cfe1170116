/**
 * One run over all projects; the report in coverage/ is what `.ci/run` counts.
 */
import { availableParallelism } from "node:os"
import { defineConfig } from "vitest/config"
import projects from "./vitest.workspace.ts"

export default defineConfig({
  test: {
    projects,
    // One more than there are cores, since the tests of `node` mostly wait for processes.
    maxWorkers: availableParallelism() + 1,
    reporters: ["default", "json"],
    outputFile: { json: "coverage/vitest.json" }
  }
})
