/**
 * Whether anybody else works on what an agent is about to touch, as its node knows without asking others.
 */
import type { CheckReport } from "../api/AlertRows.ts"
import type * as Desk from "./Desk.ts"

/** What an agent is about to touch. */
export interface Intent {
  readonly scopes: ReadonlyArray<string>
  readonly paths: ReadonlyArray<string>
}

/** The open tasks of others that this meets, the gravest first. */
export const check = async (desk: Desk.Desk, { paths, scopes }: Intent): Promise<CheckReport> =>
  paths.length + scopes.length === 0
    ? { verdict: "clear", because: "", encounters: [] }
    : await desk.call("check", { agent: desk.agent, repository: desk.repository, scopes, paths })

/** The tasks that are told of at once. */
export const encountersMax = 5
