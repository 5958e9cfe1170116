/**
 * One run over all projects; the report in coverage/ is what `.ci/run` counts.
 */
import { defineConfig } from "vitest/config"
import projects from "./vitest.workspace.ts"

export default defineConfig({
  test: {
    projects,
    reporters: ["default", "json"],
    outputFile: { json: "coverage/vitest.json" }
  }
})
