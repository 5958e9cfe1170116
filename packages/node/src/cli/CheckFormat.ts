/**
 * What a check found, as text for people.
 */
import type * as Rows from "../api/AlertRows.ts"
import { oneLine } from "./Text.ts"

export const check = ({ because, encounters, verdict }: Rows.CheckReport): string =>
  [`${verdict}: ${because}`, ...encounters.map((row) => `  ${encounter(row)}`)].join("\n")

export const encounter = (row: Rows.CheckReport["encounters"][number]): string =>
  `${row.severity}: ${row.task} (${row.agent.slice(0, row.agent.indexOf("@"))}): ${oneLine(row.what)}: ` +
  row.because + (row.first === undefined ? "" : row.first === "you" ? "; you go first" : "; they go first")
