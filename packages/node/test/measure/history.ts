/**
 * A small labelled history whose figures can be counted by hand.
 *
 * Day 0 opens the warm-up; what counts begins on day 30. Each linked task shares words with its
 * partner that no other task has, but for one, which shares none.
 */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"

const task = (id: string, repository: string, day: number, title: string, description = "") =>
  ({ id, repository, title, description, time: new Date(Date.UTC(2026, 0, 1 + day)).toISOString() })

export const tasks = [
  task("a", "api", 0, "Open the ledger"),
  task("b", "web", 5, "Show the ledger"),
  // Day 31 sees everything from day 1 on.
  task("c", "api", 31, "Replace the xylophone endpoint", "zebra quartz"),
  task("d", "web", 32, "Draw kiwis"),
  task("e", "web", 33, "Call the xylophone endpoint", "zebra quartz"),
  task("f", "infra", 34, "Polish the brass"),
  task("g", "web", 35, "Wash the windows"),
  task("h", "api", 36, "Rename the marimba table"),
  task("i", "web", 37, "Read the marimba table"),
  task("j", "api", 80, "Paint the harbour"),
  task("k", "web", 90, "Show the harbour")
]

export const links = [
  // In the warm-up.
  { from: "b", to: "a", same_author: true },
  { from: "e", to: "c", same_author: false },
  // No word in common; its repository is not code.
  { from: "g", to: "f", same_author: true },
  { from: "i", to: "h", same_author: true },
  // Further apart than a window.
  { from: "k", to: "c", same_author: false },
  // Inside one repository.
  { from: "g", to: "e", same_author: true }
]

export const lines = (rows: ReadonlyArray<object>): string =>
  rows.map((row) => `${JSON.stringify(row)}\n`).join("")

/** Writes the history, its tasks zipped. */
export const write = (folder: string): void => {
  writeFileSync(join(folder, "tasks.jsonl.gz"), gzipSync(lines(tasks)))
  writeFileSync(join(folder, "links.jsonl"), lines(links))
}
