/**
 * What the calls about contracts do: state those of a repository, and list those of the mesh.
 */
import type { Stated } from "@chorus/coordination-core/contract/Stating"
import * as Catalog from "@chorus/coordination-core/contract/Catalog"
import type { Done, Refused } from "@chorus/coordination-core/command/Command"
import type { ChorusNode } from "@chorus/runtime/ChorusNode"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Api from "./Api.ts"
import type * as Rows from "./Rows.ts"

export const contractCalls = (node: ChorusNode["Service"]) => ({
  state_contracts: (stated: Stated) =>
    Effect.flatMap(node.ask({ _tag: "StateContracts", stated }), (result: Result.Result<Done, Refused>) =>
      Result.isSuccess(result)
        ? Effect.succeed<Rows.Done>({ summary: result.success.summary, sessions: [], notes: [] })
        : Effect.fail(new Api.Refused(result.failure))
    ),
  contracts: () =>
    Effect.map(node.state, ({ replica }): ReadonlyArray<Rows.ContractsRow> =>
      Catalog.entries(replica).map(({ consumes, leftOut, partsMissing, provides, revision, ...entry }) => ({
        repository: entry.repository,
        node: entry.node,
        own: entry.node === node.self,
        version: entry.version,
        ...(revision === undefined ? {} : { revision }),
        provides: [...provides].map(([contract, digest]) => ({ contract, digest })),
        consumes: [...consumes],
        left_out: leftOut,
        parts_missing: partsMissing
      }))
    )
})
