/**
 * The test projects: taste first, then one a package.
 */
import type { TestProjectInlineConfiguration } from "vitest/config"

const packages = [
  "bench",
  "coordination-core",
  "port-contracts",
  "runtime",
  "pubsub-libp2p",
  "pubsub-memory",
  "reasoning",
  "slurp",
  "clock",
  "contracts",
  "simulation",
  "node"
]

// Generous, because the machines are shared: no test may fail for being slow.
const timeouts = { testTimeout: 120_000, hookTimeout: 120_000 }

// These change what a process has only once (its environment, its signals), so each file of theirs
// gets a worker of its own. The others share workers, and load Effect once instead of once a file.
const isolated = ["node", "pubsub-libp2p"]

export default [
  { test: { ...timeouts, name: "tidy", include: ["tidy.test.ts"], testTimeout: 600_000 } },
  ...packages.map((name) => ({
    test: {
      ...timeouts,
      name,
      root: `packages/${name}`,
      include: ["test/**/*.test.ts"],
      isolate: isolated.includes(name)
    }
  }))
] satisfies Array<TestProjectInlineConfiguration>
