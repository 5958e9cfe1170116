/**
 * The contract of reasoners, kept by the template.
 */
import * as ReasonerContract from "@chorus/port-contracts/ReasonerContract"
import * as TemplateReasoner from "@chorus/reasoning/TemplateReasoner"

ReasonerContract.suite("the template", { layer: TemplateReasoner.layer, timeout: "1 second" })
