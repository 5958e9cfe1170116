/**
 * Virtual time: in the order of moments, then of planning.
 */
import { expect, it } from "vitest"
import * as Chances from "../src/Chance.ts"
import * as Timelines from "../src/Timeline.ts"

it("does things in the order of their moments, and of one moment in the order of planning", () => {
  const timeline = Timelines.make()
  const chance = Chances.make(1)
  const done: Array<readonly [number, number]> = []
  for (let order = 0; order < 500; order++) {
    const millis = chance.below(50)
    timeline.after(millis, () => done.push([millis, order]))
  }
  while (timeline.step(100)) expect(timeline.nowMillis()).toBe(done.at(-1)?.[0])
  expect(done).toHaveLength(500)
  expect(done).toEqual(done.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]))
  expect(timeline.nowMillis()).toBe(100)
})

it("does not do what was taken back, nor what is later than asked for", () => {
  const timeline = Timelines.make()
  const done: Array<string> = []
  timeline.after(5, () => done.push("taken back"))()
  timeline.after(10, () => done.push("in time"))
  timeline.after(11, () => done.push("too late"))
  while (timeline.step(10));
  expect(done).toEqual(["in time"])
})
