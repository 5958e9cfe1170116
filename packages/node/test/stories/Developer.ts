/**
 * One developer after the first minutes: both repositories are named and set up, and an agent of each
 * is connected. Made from an empty folder, with the time that each step took.
 */
import { layer as withLayer } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Home from "./Home.ts"

/** Notes how long each step takes, for a line at the end. */
const stopwatch = () => {
  const steps: Array<string> = []
  const began = performance.now()
  let last = began
  const seconds = (millis: number) => `${(millis / 1000).toFixed(1)} s`
  return {
    step: (name: string) => {
      const now = performance.now()
      steps.push(`${name} ${seconds(now - last)}`)
      last = now
    },
    line: () => `${seconds(last - began)}: ${steps.join(", ")}`,
    millis: () => last - began
  }
}

const make = Effect.gen(function*() {
  const home = yield* Home.make()
  const { api, typed, web } = home
  const watch = stopwatch()
  const named = [yield* typed(api, "chorus init"), yield* typed(web, "chorus init")]
  watch.step("init")
  const shown = yield* typed(api, "chorus setup all", 2)
  yield* typed(api, "chorus setup all --yes")
  yield* typed(web, "chorus setup all --yes")
  watch.step("setup")
  const health = yield* typed(web, "chorus doctor")
  watch.step("doctor")
  const [apiAgent, webAgent] = yield* Effect.all([home.agent(api, "api"), home.agent(web, "web")], {
    concurrency: 2
  })
  yield* webAgent.found("chorus_status")
  watch.step("agents and node")
  return {
    ...home,
    watch,
    said: { named: named.map(({ stdout }) => stdout), shown: shown.stdout, health: health.stdout },
    agents: { api: apiAgent, web: webAgent },
    node: yield* home.node
  }
})

export class Developer extends Context.Service<Developer, Effect.Success<typeof make>>()(
  "@chorus/node/test/Developer"
) {}

/** Stories that follow each other on this machine. */
export const stories = withLayer(Layer.effect(Developer, make), {
  excludeTestServices: true,
  timeout: "120 seconds"
})
