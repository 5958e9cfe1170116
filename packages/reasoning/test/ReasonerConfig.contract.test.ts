/**
 * The contract of reasoners, kept by the one that the default setting names.
 */
import * as ReasonerContract from "@chorus/port-contracts/ReasonerContract"
import * as ReasonerConfig from "@chorus/reasoning/ReasonerConfig"

ReasonerContract.suite("the default setting", {
  layer: ReasonerConfig.layer({ _tag: "Template" }),
  timeout: "1 second"
})
