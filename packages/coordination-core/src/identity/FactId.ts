/**
 * Which fact, and where it stands: the id of a fact is the hash of its payload, its place is a log
 * and a number.
 *
 * A log is an author's peer id and a random number drawn at each start of its process, so a lost
 * or restored disk can never use a place twice. (docs/rules.md, 4)
 */
import * as Schema from "effect/Schema"
import type { NodeId } from "./NodeId.ts"

/** SHA-256 of a fact's payload: 64 lower-case hexadecimal digits. */
export const FactId = Schema.String.pipe(
  Schema.check(Schema.isPattern(/^[0-9a-f]{64}$/, { message: "Expected a fact id (64 hex digits)" })),
  Schema.brand("FactId")
)
export type FactId = typeof FactId.Type

/** The random part of a log's name: 16 hexadecimal digits. */
export const LogNonce = Schema.String.pipe(
  Schema.check(Schema.isPattern(/^[0-9a-f]{16}$/, { message: "Expected 16 hex digits" })),
  Schema.brand("LogNonce")
)
export type LogNonce = typeof LogNonce.Type

/** A log: `peer-id/nonce`. */
export const LogId = Schema.String.pipe(
  Schema.check(
    Schema.isPattern(/^[1-9A-HJ-NP-Za-km-z]{46,64}\/[0-9a-f]{16}$/, {
      message: "Expected a log: peer-id/16 hex digits"
    })
  ),
  Schema.brand("LogId")
)
export type LogId = typeof LogId.Type

// What has a brand was checked, so its parts and what is made of them need no second look.

/** The log that a process of `node` writes after it drew `nonce`. */
export const log = (node: NodeId, nonce: LogNonce): LogId => `${node}/${nonce}` as LogId

/** The author of a log. */
export const author = (logId: LogId): NodeId => logId.slice(0, logId.indexOf("/")) as NodeId

/** The random part of a log. */
export const nonce = (logId: LogId): LogNonce => logId.slice(logId.indexOf("/") + 1) as LogNonce

/** Where a fact stands: the place `seq` (1, 2, 3 …) of a log, and who wrote it. */
export interface Origin {
  readonly node: NodeId
  readonly log: LogId
  readonly seq: number
}
