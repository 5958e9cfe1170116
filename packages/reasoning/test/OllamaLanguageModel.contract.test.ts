/**
 * The contract of reasoners, kept over an Ollama server.
 */
import * as ReasonerContract from "@chorus/port-contracts/ReasonerContract"
import { serverSubject } from "./Aimock.ts"
import { dialects } from "./Wired.ts"

ReasonerContract.suite("Ollama", serverSubject(dialects.Ollama))
